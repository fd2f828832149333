import { gather } from './gather'

export default gather(import.meta.glob('./zh-CN/*.json', { eager: true, import: 'default' }))
