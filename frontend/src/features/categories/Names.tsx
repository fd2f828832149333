import { ActionIcon, Button, Group, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { FormFaults } from '../../lib/form-faults'
import type { Draft } from './draft'

interface Props {
  names: Draft['names']
  faults: FormFaults
  onChange: (names: Draft['names']) => void
}

/** The name in other languages, a row each. */
export function Names({ names, faults, onChange }: Props) {
  const { t } = useTranslation()
  const put = (index: number, part: Partial<Draft['names'][number]>) =>
    onChange(names.map((each, at) => (at === index ? { ...each, ...part } : each)))
  return (
    <div>
      {names.map(({ locale, name }, index) => (
        // Rows have no name of their own while their language is being typed.
        // biome-ignore lint/suspicious/noArrayIndexKey: the place is what a row is
        <Group key={index} gap={8} align="flex-start" mb={8} wrap="nowrap">
          <TextInput
            w={110}
            aria-label={t('categories.locale')}
            placeholder="zh-CN"
            value={locale}
            onChange={(event) => put(index, { locale: event.currentTarget.value })}
          />
          <TextInput
            flex={1}
            aria-label={t('categories.name_in', { locale: locale || '…' })}
            value={name}
            error={faults.of(`names.${locale}`)}
            onChange={(event) => {
              put(index, { name: event.currentTarget.value })
              faults.mend(`names.${locale}`)
            }}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size={34}
            aria-label={t('categories.remove_name', { locale: locale || '…' })}
            onClick={() => onChange(names.filter((_, at) => at !== index))}
          >
            <IconX size={15} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      <Button
        variant="default"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => onChange([...names, { locale: '', name: '' }])}
      >
        {t('categories.add_name')}
      </Button>
    </div>
  )
}
