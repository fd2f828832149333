// Every page in the light theme and in English.
import { looks } from './looks.mjs'

looks({ scheme: 'light', locale: 'en-GB' })
