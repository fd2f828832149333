import { mrkdwn, type Run } from '../../lib/mrkdwn'

/** Slack’s markup. Only http, https and mailto links become links. */
export function Mrkdwn({ text }: { text: string }) {
  return <Runs runs={mrkdwn(text)} />
}

/** Pieces of text with their marks. */
export function Runs({ runs }: { runs: Run[] }) {
  return (
    <span style={{ whiteSpace: 'pre-wrap' }}>
      {runs.map((run, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: runs have no identity but their place
        <RunView key={place} run={run} />
      ))}
    </span>
  )
}

function RunView({ run }: { run: Run }) {
  if (run.url) {
    return (
      <a href={run.url} target="_blank" rel="noreferrer noopener">
        {run.text}
      </a>
    )
  }
  if (run.code) return <code>{run.text}</code>
  if (run.bold) return <b>{run.text}</b>
  if (run.italic) return <i>{run.text}</i>
  if (run.strike) return <s>{run.text}</s>
  return run.text
}
