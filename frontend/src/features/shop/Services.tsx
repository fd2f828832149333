import { NativeSelect } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { usePermission } from '../../lib/session'
import { relative, useNow } from '../../lib/time'
import { isOneOf } from '../../lib/words'
import { type Shop, type ShopSwitch, standingFaults, useSwitch } from './api'
import classes from './ShopPage.module.css'

/** How each service behaves for all orders. */
export function Services({ shop }: { shop: Shop }) {
  const { t } = useTranslation()
  return (
    <section className={`card ${classes.card}`} aria-labelledby="shop-services">
      <h2 id="shop-services">{t('shop.services')}</h2>
      <p className={classes.hint}>{t('shop.services_text')}</p>
      <div className={classes.form}>
        {shop.switches.map((each) => (
          <Service key={each.service} now={each} />
        ))}
      </div>
    </section>
  )
}

function Service({ now }: { now: ShopSwitch }) {
  const { t, i18n } = useTranslation()
  const moment = useNow()
  const may = usePermission('events:write')
  const change = useSwitch()
  const { service, fault, changed_at, changed_by } = now
  const name = t(`shop.service_${service}`)
  const fails = fault !== 'off'
  return (
    <div className={classes.fail} data-fails={fails || undefined}>
      <span>
        {name}
        {fails && changed_at && (
          <span className={classes.service}>
            {t('shop.switched', { who: changed_by, when: relative(new Date(changed_at), moment, i18n.language) })}
          </span>
        )}
      </span>
      <NativeSelect
        size="xs"
        aria-label={t('shop.service_now', { service: name })}
        value={fault}
        disabled={!may}
        data={standingFaults.map((each) => ({ value: each, label: t(`shop.standing_${each}`) }))}
        onChange={({ currentTarget: { value } }) =>
          isOneOf(standingFaults, value) && change.mutate({ service, fault: value })
        }
      />
    </div>
  )
}
