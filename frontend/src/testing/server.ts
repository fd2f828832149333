import { setupServer } from 'msw/node'

/** The server of page tests. Each test gives it the answers it needs. */
export const server = setupServer()
