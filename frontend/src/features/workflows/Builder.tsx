import classes from './Builder.module.css'
import type { Fault } from './draft'
import { Flow } from './Flow'
import { SidePanel } from './SidePanel'
import type { Editing } from './use-editing'

interface Props {
  editing: Editing
  faults: Fault[]
  doubts: Fault[]
}

/** The flow, and beside it what can be said about its open part. */
export function Builder(props: Props) {
  return (
    <div className={classes.columns}>
      <Flow {...props} />
      <SidePanel {...props} />
    </div>
  )
}
