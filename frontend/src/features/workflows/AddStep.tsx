import { ActionIcon, Menu } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import classes from './Flow.module.css'
import { type Offer, stepKinds } from './kinds'

interface Props {
  at: number
  disabled: boolean
  onAdd: (make: Offer['make']) => void
}

/** The line between two cards, and the button that puts a step there. */
export function AddStep({ at, disabled, onAdd }: Props) {
  const { t } = useTranslation()
  if (disabled) return <div className={classes.line} aria-hidden />
  return (
    <div className={classes.line}>
      <Menu position="right-start" width={210}>
        <Menu.Target>
          <ActionIcon
            variant="default"
            radius="xl"
            size={24}
            className={classes.add}
            aria-label={t('workflows.add_at', { place: at + 1 })}
          >
            <IconPlus size={14} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {Object.entries(stepKinds).map(([kind, { title, offers }]) => (
            <div key={kind}>
              <Menu.Label>{title(t)}</Menu.Label>
              {offers(t).map((offer) => (
                <Menu.Item key={offer.key} onClick={() => onAdd(offer.make)}>
                  {offer.label}
                </Menu.Item>
              ))}
            </div>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  )
}
