import { NativeSelect } from '@mantine/core'
import { useSearchWords } from '../../lib/use-search'

interface Props {
  /** The word of the address bar. */
  word: string
  label: string
  /** What stands for no choice, such as "Any status". */
  any: string
  choices: readonly { value: string; label: string }[]
}

/** A filter of which one value may be chosen, kept in the address bar. */
export function PickFilter({ word, label, any, choices }: Props) {
  const [search, setSearch] = useSearchWords()
  return (
    <NativeSelect
      size="xs"
      aria-label={label}
      value={search[word] ?? ''}
      onChange={(event) => setSearch({ ...search, [word]: event.currentTarget.value })}
      data={[{ value: '', label: any }, ...choices]}
    />
  )
}
