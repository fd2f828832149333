import '@testing-library/jest-dom/vitest'
import { cleanup, configure } from '@testing-library/react'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { startI18n } from '../lib/i18n'
import { server } from './server'

// A busy machine loads a page slowly; what never comes still fails.
configure({ asyncUtilTimeout: 180_000 })

// Text fields that grow measure themselves again once fonts are there; the pretended browser has none.
if (!document.fonts) Object.defineProperty(document, 'fonts', { value: new EventTarget() })

beforeAll(async () => {
  // A request that no handler expects is a mistake of the test, not a passing cloud.
  server.listen({ onUnhandledRequest: 'error' })
  await startI18n('en')
})

afterEach(() => {
  cleanup()
  server.resetHandlers()
})

afterAll(() => server.close())
