import { ActionIcon, Menu } from '@mantine/core'
import { IconDots, IconFileDownload, IconTerminal2 } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { copyText } from '../../lib/copy'
import { curlOf } from '../../lib/curl'
import type { ListSource } from '../../lib/list'
import { sayDone } from '../../lib/notify'
import type { Column } from './column'
import { ExportDialog } from './ExportDialog'

interface Props<Row> {
  title: string
  source: ListSource<Row>
  columns: Column<Row>[]
}

/** What can be done with a list as a whole. */
export function ListMenu<Row>({ title, source, columns }: Props<Row>) {
  const { t } = useTranslation()
  const [exporting, setExporting] = useState(false)
  const copyCall = async () => {
    if (await copyText(curlOf(source))) sayDone(t('act.copied'))
  }
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={30} aria-label={t('list.menu')}>
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconFileDownload size={15} aria-hidden />} onClick={() => setExporting(true)}>
            {t('list.export')}
          </Menu.Item>
          <Menu.Item leftSection={<IconTerminal2 size={15} aria-hidden />} onClick={() => void copyCall()}>
            {t('act.copy_curl')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {exporting && (
        <ExportDialog title={title} source={source} columns={columns} onClose={() => setExporting(false)} />
      )}
    </>
  )
}
