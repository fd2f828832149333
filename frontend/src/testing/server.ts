import { setupServer } from 'msw/node'
import { answerPage } from './answers'

/** What any page may ask for beside its own is answered with nothing. */
export const server = setupServer(answerPage('/v1/views', []), answerPage('/v1/search', []))
