import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { build, type Rollup } from 'vite'
import { expect, it, vi } from 'vitest'

const root = import.meta.dirname

/** What a browser may have to load, compressed, before the first page stands. The words of all pages, 46 kB of it, come at once. */
const budget = 330_000

it('loads at most 330 kB of script before the first page stands', { timeout: 600_000 }, async () => {
  const [entry, rest] = parts(await bundle())
  const start = closure(entry, rest, ['HomePage', 'en'])
  const bytes = start.reduce((sum, chunk) => sum + gzipSync(chunk.code).length, 0)
  expect(start.some((chunk) => chunk.fileName.includes('HomePage'))).toBe(true)
  expect(bytes).toBeGreaterThan(50_000)
  expect(bytes, `${bytes} bytes`).toBeLessThanOrEqual(budget)
})

it('loads at most 20 kB of script for a recipient, with nothing of the admin in it', { timeout: 600_000 }, async () => {
  const chunks = await bundle({ centre: join(root, 'centre.html') })
  const bytes = chunks.reduce((sum, chunk) => sum + gzipSync(chunk.code).length, 0)
  expect(bytes).toBeGreaterThan(4_000)
  expect(bytes, `${bytes} bytes`).toBeLessThanOrEqual(20_000)
})

async function bundle(input?: Record<string, string>): Promise<Rollup.OutputChunk[]> {
  // Under test the libraries would come in their development form.
  vi.stubEnv('NODE_ENV', 'production')
  const result = await build({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [react()],
    build: { write: false, rollupOptions: input ? { input } : {} },
  })
  if (Array.isArray(result) || !('output' in result)) throw new Error('one bundle was expected')
  return result.output.filter((part) => part.type === 'chunk')
}

function parts(chunks: Rollup.OutputChunk[]): [Rollup.OutputChunk, Map<string, Rollup.OutputChunk>] {
  const entry = chunks.find((chunk) => chunk.isEntry)
  if (!entry) throw new Error('the bundle has no entry')
  return [entry, new Map(chunks.map((chunk) => [chunk.fileName, chunk]))]
}

/** The entry, what it imports, and the lazy chunks of the first page with what they import. */
function closure(entry: Rollup.OutputChunk, all: Map<string, Rollup.OutputChunk>, lazy: string[]) {
  const found = new Set<Rollup.OutputChunk>()
  const take = (chunk: Rollup.OutputChunk | undefined) => {
    if (!chunk || found.has(chunk)) return
    found.add(chunk)
    for (const name of chunk.imports) take(all.get(name))
  }
  take(entry)
  for (const chunk of all.values()) if (lazy.includes(chunk.name)) take(chunk)
  return [...found]
}

it('keeps the file that lets an unbuilt checkout embed', () => {
  expect(readFileSync(join(root, 'public/.gitkeep'), 'utf8')).toBe('')
})
