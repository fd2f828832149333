/** A random key for one unsafe request. randomUUID is missing on plain http, where people also run this. */
export function freshKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
