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
  const { channel: _, ...others } = stepKinds
  const timed = Object.values(others)
  const items = (offers: Offer[]) =>
    offers.map((offer) => (
      <Menu.Item key={offer.key} onClick={() => onAdd(offer.make)}>
        {offer.label}
      </Menu.Item>
    ))
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
          <Menu.Label>{stepKinds.channel.title(t)}</Menu.Label>
          {items(stepKinds.channel.offers(t))}
          <Menu.Label>{t('workflows.over_time')}</Menu.Label>
          {items(timed.flatMap(({ offers }) => offers(t)))}
        </Menu.Dropdown>
      </Menu>
    </div>
  )
}
