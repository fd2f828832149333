/** The call that reads this message, for a terminal. The key stays the caller's. */
export function curlOfMessage(origin: string, id: string): string {
  return `curl -s '${origin}/v1/messages/${id}' \\\n  -H "Authorization: Bearer $CLARION_API_KEY"`
}
