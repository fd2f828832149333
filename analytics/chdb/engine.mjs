// The engine and a few connections to it. A connection keeps its settings and its
// database, so each query runs on one that nobody else uses meanwhile.
import { rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createRequire } from 'node:module'

const { Session } = createRequire(import.meta.url)('chdb')

/** How many queries run side by side; the others wait their turn. */
const width = 4

/** What clickhouse-go asks first. */
const hello = /^\s*SELECT displayName\(\), version\(\), revision\(\), timezone\(\)\s*$/

const quoted = (text) => `'${String(text).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

export class Engine {
  #idle = []
  #waiting = []
  #all = []
  #files = 0

  constructor(dir) {
    const first = new Session(dir ? resolve(dir) : '')
    this.dir = first.path
    this.#all.push(first)
    for (let i = 1; i < width; i++) this.#all.push(new Session(this.dir))
    this.#idle.push(...this.#all)
  }

  /** Runs one query and returns its answer as bytes. */
  async run(task, details) {
    const session = this.#idle.pop() ?? (await new Promise((done) => this.#waiting.push(done)))
    try {
      return await this.#on(session, task, details)
    } finally {
      const next = this.#waiting.shift()
      if (next) next(session)
      else this.#idle.push(session)
    }
  }

  async #on(session, task, { settings, parameters, database, format }) {
    const ask = async (text, as = 'Native') => Buffer.from((await session.queryAsync(text, { format: as })).bytes() ?? [])
    await ask(`USE ${'`'}${(database || 'default').replaceAll('`', '')}${'`'}`)
    if (hello.test(task.text)) return greeting(await ask('SELECT version(), timezone()', 'TabSeparated'))
    const set = Object.keys(settings).filter((key) => /^\w+$/.test(key))
    try {
      for (const key of set) await ask(`SET ${key} = ${quoted(settings[key])}`)
      for (const key of Object.keys(parameters)) await ask(`SET param_${key} = ${quoted(parameters[key])}`)
      return task.data ? await this.#insert(ask, task) : await ask(task.text, formatOf(task.text) ?? format)
    } finally {
      for (const key of set) await ask(`SET ${key} = DEFAULT`).catch(() => undefined)
    }
  }

  /** Rows come as a file: the library takes none in the midst of a statement. One thread keeps them one block. */
  async #insert(ask, { text, format, data }) {
    const file = join(this.dir, `insert-${process.pid}-${this.#files++}.tmp`)
    const into = text.replace(/\bFORMAT\s+\w+\s*$/i, '')
    const columns = /\(([^)]*)\)\s*$/.exec(into)?.[1] ?? '*'
    writeFileSync(file, data)
    try {
      return await ask(`${into} SELECT ${columns} FROM file(${quoted(file)}, ${quoted(format)}) SETTINGS max_threads = 1, max_insert_threads = 1, max_block_size = 1048576, min_insert_block_size_rows = 1048576`)
    } finally {
      rmSync(file, { force: true })
    }
  }

  close() {
    for (const session of this.#all) session.close()
  }
}

/** The format that a query itself names at its end. */
const formatOf = (text) => /\bFORMAT\s+(\w+)\s*;?\s*$/i.exec(text)?.[1]

/**
 * The answer to the first question: one row of the Native format, written the way
 * newer protocols do, with block information and a flag per column. The revision 0
 * it tells makes the driver speak the plain format from then on.
 */
function greeting(line) {
  const [version, zone] = line.toString().trim().split('\t')
  const info = Buffer.from([1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0])
  const columns = [
    ['displayName()', 'String', string('chdb')],
    ['version()', 'String', string(version)],
    ['revision()', 'UInt32', Buffer.alloc(4)],
    ['timezone()', 'String', string(zone)],
  ]
  const parts = columns.flatMap(([name, type, value]) => [string(name), string(type), Buffer.from([0]), value])
  return Buffer.concat([info, Buffer.from([columns.length, 1]), ...parts])
}

const string = (text) => Buffer.concat([Buffer.from([Buffer.byteLength(text)]), Buffer.from(text)])
