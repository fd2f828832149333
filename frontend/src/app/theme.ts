import {
  ActionIcon,
  Button,
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  Input,
  type MantineColorsTuple,
  Menu,
  Modal,
  SegmentedControl,
  Table,
  Tooltip,
  type VariantColorsResolver,
} from '@mantine/core'
import { BusyButton } from '../components/BusyButton'
import classes from './theme.module.css'

/** Buttons keep the focus while they work; what is drawn as something else says so itself. */
const drawn = { component: BusyButton }

/** The one accent. Shade 8 carries white text at 7:1. */
const ink: MantineColorsTuple = [
  '#eef2fd',
  '#dbe3fa',
  '#b6c6f4',
  '#91aaef',
  '#6f8de8',
  '#5475df',
  '#4463d3',
  '#3a57c4',
  '#3450b4',
  '#263c8c',
]

/** The dark greys of the components are those of theme.css. */
const dark: MantineColorsTuple = [
  '#e6e7e9',
  '#c9ccd1',
  '#a0a5ae',
  '#6b7078',
  '#3d4149',
  '#2a2d33',
  '#202327',
  '#191b1f',
  '#141619',
  '#0f1012',
]

/** A light button is a tint of the accent in both schemes. */
const variants: VariantColorsResolver = (input) => {
  const colours = defaultVariantColorsResolver(input)
  if (input.variant !== 'light' || input.color) return colours
  return { ...colours, background: 'var(--accent-soft)', hover: 'var(--accent-soft)', color: 'var(--accent)' }
}

export const theme = createTheme({
  colors: { ink, dark },
  variantColorResolver: variants,
  primaryColor: 'ink',
  primaryShade: 8,
  autoContrast: true,
  defaultRadius: 6,
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.4' },
  spacing: { xs: '6px', sm: '10px', md: '16px', lg: '24px', xl: '36px' },
  components: {
    Button: Button.extend({ defaultProps: { size: 'xs', fw: 500, ...drawn } }),
    ActionIcon: ActionIcon.extend({ defaultProps: drawn }),
    SegmentedControl: SegmentedControl.extend({
      classNames: { root: classes.segments ?? '', indicator: classes.segment ?? '', label: classes.segmentLabel ?? '' },
    }),
    Input: Input.extend({ classNames: { input: classes.field ?? '' } }),
    InputWrapper: { classNames: { label: classes.fieldLabel ?? '', description: classes.fieldHint ?? '' } },
    InlineInput: { classNames: { description: classes.fieldHint ?? '' } },
    Table: Table.extend({ classNames: { th: classes.tableHead ?? '', td: classes.tableCell ?? '' } }),
    Menu: Menu.extend({ defaultProps: { shadow: 'md', withinPortal: true } }),
    Modal: Modal.extend({ defaultProps: { centered: true, shadow: 'lg', overlayProps: { backgroundOpacity: 0.35 } } }),
    Tooltip: Tooltip.extend({
      defaultProps: { openDelay: 300, withArrow: false, events: { hover: true, focus: true, touch: true } },
    }),
  },
})

/** Mantine's own colours follow ours, so that theme.css is the one palette. */
export const cssVariables: CSSVariablesResolver = () => {
  const ours = {
    '--mantine-color-body': 'var(--paper)',
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-bright': 'var(--text)',
    '--mantine-color-dimmed': 'var(--text-dim)',
    '--mantine-color-anchor': 'var(--accent)',
    '--mantine-color-placeholder': 'var(--text-dim)',
    '--mantine-color-error': 'var(--bad)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-hover': 'var(--sunken)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-default-color': 'var(--text)',
  }
  return { variables: {}, light: ours, dark: ours }
}
