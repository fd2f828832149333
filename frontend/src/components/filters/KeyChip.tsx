import { Button } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useSearchWords } from '../../lib/use-search'

/** A filter that a link has set: the key of a list of people. Pressing it takes it away. */
export function KeyChip({ word }: { word: 'group' | 'segment' }) {
  const { t } = useTranslation()
  const [search, setSearch] = useSearchWords()
  const key = search[word]
  if (!key) return null
  const { [word]: _, ...rest } = search
  return (
    <Button
      variant="light"
      maw={280}
      rightSection={<IconX size={12} aria-hidden />}
      onClick={() => setSearch(rest)}
      title={t('filter.remove', { name: t(`filter.${word}`) })}
    >
      {`${t(`filter.${word}`)}: ${key}`}
    </Button>
  )
}
