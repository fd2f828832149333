import { PreferencesElement } from './element'

if (!customElements.get('clarion-preferences')) customElements.define('clarion-preferences', PreferencesElement)
