import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('.', import.meta.url))
const server = process.env.CLARION_URL ?? 'http://127.0.0.1:8080'
const doors = ['/v1', '/openapi.json', '/docs', '/healthz', '/readyz', '/version', '^/[pu]/']

export default defineConfig({
  root,
  plugins: [react()],
  build: {
    // public/.gitkeep is copied along, so that an unbuilt checkout still embeds.
    outDir: 'dist',
    emptyOutDir: true,
    // Nothing is inlined: the pages then run under a policy without data: URLs.
    assetsInlineLimit: 0,
    manifest: true,
    rollupOptions: {
      // The recipient's page is a bundle of its own; what others embed of it keeps its name.
      input: {
        index: `${root}index.html`,
        centre: `${root}centre.html`,
        preferences: `${root}src/centre/preferences.ts`,
      },
      output: {
        entryFileNames: ({ name }) => (name === 'preferences' ? 'centre/preferences.js' : 'assets/[name]-[hash].js'),
      },
      preserveEntrySignatures: 'allow-extension',
    },
  },
  server: {
    port: 5173,
    proxy: Object.fromEntries(doors.map((path) => [path, { target: server, ws: path === '/v1' }])),
  },
  test: {
    restoreMocks: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'pages',
          environment: 'happy-dom',
          testTimeout: 600_000,
          hookTimeout: 600_000,
          include: ['src/**/*.test.{ts,tsx}'],
          setupFiles: ['src/testing/setup.ts'],
        },
      },
      { extends: true, test: { name: 'bundle', environment: 'node', include: ['*.test.ts'] } },
    ],
  },
})
