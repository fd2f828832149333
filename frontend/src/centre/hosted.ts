import './preferences'
import './hosted.css'

// The address is /p/ and the token of the link; ?lang= is the language that somebody switched to.
const element = document.createElement('clarion-preferences')
element.setAttribute('hub', '')
element.setAttribute('link', decodeURIComponent(location.pathname.split('/')[2] ?? ''))
const lang = new URLSearchParams(location.search).get('lang')
if (lang) element.setAttribute('lang', lang)
document.querySelector('main')?.append(element)
