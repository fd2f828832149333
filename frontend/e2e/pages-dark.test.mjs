// Every page in the dark theme and in Chinese.
import { looks } from './looks.mjs'

looks({ scheme: 'dark', locale: 'zh-CN' })
