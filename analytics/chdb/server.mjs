// ClickHouse's HTTP interface in front of chDB, which is ClickHouse as a library:
// enough of it for clickhouse-go, curl and Grafana, for development and tests.
//
//   node server.mjs [--port 8123] [--dir data/clickhouse]
//
// It prints one line, the URL, when it listens. Nothing here is for production:
// there are no users, and a query that runs is not ended when its caller leaves.
import { createServer } from 'node:http'
import { parseArgs } from 'node:util'
import { gunzipSync, gzipSync, inflateSync } from 'node:zlib'
import { Engine } from './engine.mjs'

const { values: options } = parseArgs({
  options: { port: { type: 'string', default: '8123' }, host: { type: 'string', default: '127.0.0.1' }, dir: { type: 'string', default: '' } },
})

/** What the address may say besides settings of the engine. */
const ours = new Set(['query', 'database', 'default_format', 'compress', 'decompress', 'client_protocol_version', 'query_id', 'session_id', 'quota_key', 'user', 'password', 'wait_end_of_query', 'buffer_size'])

const engine = new Engine(options.dir)

async function bodyOf(request) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  const coding = request.headers['content-encoding']
  if (!coding) return body
  if (coding === 'gzip') return gunzipSync(body)
  if (coding === 'deflate') return inflateSync(body)
  throw new Error(`the coding ${coding} is not offered; use gzip, deflate or none`)
}

/** The query is in the address, in the body, or begins in one and ends in the other. */
function taskOf(address, body) {
  const inAddress = address.searchParams.get('query') ?? ''
  const insert = /^\s*INSERT\b[\s\S]*\bFORMAT\s+(\w+)\s*$/i.exec(inAddress)
  if (insert) return { text: inAddress, format: insert[1], data: body }
  return { text: inAddress ? `${inAddress}\n${body}` : body.toString() }
}

function detailsOf(address) {
  const settings = {}
  const parameters = {}
  for (const [key, value] of address.searchParams) {
    if (key.startsWith('param_')) parameters[key.slice(6)] = value
    else if (!ours.has(key)) settings[key] = value
  }
  return { settings, parameters, database: address.searchParams.get('database') ?? '', format: address.searchParams.get('default_format') ?? 'TabSeparated' }
}

async function answer(request, response) {
  const address = new URL(request.url, 'http://localhost')
  if (address.pathname === '/ping') return response.end('Ok.\n')
  const body = await bodyOf(request)
  if (!body.length && !address.searchParams.has('query')) return response.end('Ok.\n')
  if (['compress', 'decompress'].some((name) => address.searchParams.get(name) === '1')) {
    throw new Error('the frames of LZ4 and ZSTD are not offered over HTTP; use gzip or none')
  }
  const details = detailsOf(address)
  let result = await engine.run(taskOf(address, body), details)
  if (result.length && request.headers['accept-encoding'] === 'gzip') {
    response.setHeader('Content-Encoding', 'gzip')
    result = gzipSync(result, { level: 1 })
  }
  response.setHeader('X-ClickHouse-Format', details.format)
  response.setHeader('Content-Length', result.length)
  response.end(result)
}

/** A failure is told as ClickHouse tells it: its code in a header, its words as the body. */
function refuse(response, error) {
  const words = error.message.includes('DB::Exception') ? error.message : `Code: 1001. DB::Exception: ${error.message} (STD_EXCEPTION)`
  const code = /Code: (\d+)/.exec(words)?.[1] ?? '1001'
  response.statusCode = code === '60' || code === '81' ? 404 : code === '62' ? 400 : 500
  response.setHeader('X-ClickHouse-Exception-Code', code)
  response.end(`${words}\n`)
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => refuse(response, error))
})
server.listen(Number(options.port), options.host, () => console.log(`http://${options.host}:${server.address().port}`))

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    server.close()
    engine.close()
    process.exit(0)
  })
}
