import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { doors, type Door as Target } from '../lib/doors'
import { usePermission } from '../lib/session'
import { type Named, usedByQuery } from '../lib/used-by'
import { Answered } from './Answered'
import { Door } from './Door'
import { Fact, Facts } from './Facts'

/** So many are named one by one; all of them stand in the list behind the last word. */
const named = 12

interface Link {
  id: string
  text: string
  door: Target
}

/** What names a group or a segment. It starts workflows through the events that name it. */
export function UsedBy({ list, unused }: { list: Named; unused: string }) {
  const { t } = useTranslation()
  const query = useQuery(usedByQuery(list, usePermission('schedules:read')))
  const lined = (links: Link[], all?: string): ReactNode =>
    links.length === 0 ? null : (
      <>
        {links.slice(0, named).map(({ id, text, door }, place) => (
          <span key={id}>
            {place > 0 && ', '}
            <Door door={door}>{text}</Door>
          </span>
        ))}
        {links.length > named && all && (
          <>
            , <Door door={{ to: all, search: list }}>{t('groups.used_by_all', { count: links.length })}</Door>
          </>
        )}
      </>
    )
  return (
    <div style={{ marginBlock: 12 }}>
      <Answered of={query}>
        {({ segments, broadcasts, schedules, events }) =>
          segments.length + broadcasts.length + schedules.length + events.length === 0 ? (
            <p className="dim">{unused}</p>
          ) : (
            <Facts title={t('groups.used_by')}>
              <Fact name={t('segments.title')}>
                {lined(
                  segments.map(({ key, name }) => ({ id: key, text: name, door: doors.segment(key) })),
                  '/segments',
                )}
              </Fact>
              <Fact name={t('broadcasts.title')}>
                {lined(
                  broadcasts.map(({ id, name }) => ({ id, text: name, door: doors.broadcast(id) })),
                  '/broadcasts',
                )}
              </Fact>
              <Fact name={t('schedules.title')}>
                {lined(
                  schedules.map(({ id, name }) => ({ id, text: name, door: doors.schedule(id) })),
                  '/schedules',
                )}
              </Fact>
              <Fact name={t('groups.last_events')}>
                {lined(events.map(({ id, type }) => ({ id, text: type, door: doors.event(id) })))}
              </Fact>
            </Facts>
          )
        }
      </Answered>
    </div>
  )
}
