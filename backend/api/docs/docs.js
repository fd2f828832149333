'use strict'

// The page of /openapi.json. Everything is written as text, never as markup:
// the document is ours, but the habit costs nothing.

function el(tag, props, ...children) {
  const node = Object.assign(document.createElement(tag), props)
  node.append(...children.filter((child) => child != null))
  return node
}

const methods = ['get', 'post', 'put', 'patch', 'delete']

function resolve(doc, value) {
  if (!value || !value.$ref) return value
  return value.$ref.slice(2).split('/').reduce((at, part) => at[part], doc)
}

// shape writes a schema as a short example-like text, each name once per branch.
function shape(doc, schema, indent, seen) {
  if (!schema) return 'any'
  if (schema.$ref) {
    const name = schema.$ref.split('/').pop()
    if (seen.includes(name)) return name
    return shape(doc, resolve(doc, schema), indent, [...seen, name])
  }
  if (schema.enum) return schema.enum.map((v) => JSON.stringify(v)).join(' | ')
  if (schema.allOf) return shape(doc, merged(doc, schema.allOf), indent, seen)
  const either = schema.oneOf || schema.anyOf
  if (either) return either.map((s) => shape(doc, s, indent, seen)).join(' | ')
  const type = [].concat(schema.type || 'any')
  if (type.includes('array')) return '[' + shape(doc, schema.items, indent, seen) + ', …]'
  if (!type.includes('object')) return type.map((t) => (t === 'string' && schema.format ? schema.format : t)).join(' | ')
  const names = Object.keys(schema.properties || {})
  if (!names.length) return '{ … }'
  const pad = '  '.repeat(indent + 1)
  const lines = names.map((name) => {
    const mark = (schema.required || []).includes(name) ? '' : '?'
    return `${pad}${name}${mark}: ${shape(doc, schema.properties[name], indent + 1, seen)}`
  })
  return `{\n${lines.join('\n')}\n${'  '.repeat(indent)}}`
}

function merged(doc, parts) {
  const all = { type: 'object', properties: {}, required: [] }
  for (const part of parts) {
    let found = resolve(doc, part)
    if (found.allOf) found = merged(doc, found.allOf)
    if (!found.properties) return found
    Object.assign(all.properties, found.properties)
    all.required.push(...(found.required || []))
  }
  return all
}

function schemaBlock(doc, title, content) {
  const nodes = []
  for (const [type, media] of Object.entries(content || {})) {
    nodes.push(el('h4', { textContent: `${title} · ${type}` }), el('pre', { textContent: shape(doc, media.schema, 0, []) }))
  }
  return nodes
}

function callers(op) {
  if (!op.security.length) return 'anyone'
  const names = { apiKey: 'API key', session: 'signed-in member', recipientToken: 'recipient token' }
  const who = op.security.map((s) => names[Object.keys(s)[0]]).join(' or ')
  return op['x-permission'] ? `${who} with ${op['x-permission']}` : who
}

function parameters(doc, op) {
  const list = (op.parameters || []).map((p) => resolve(doc, p))
  if (!list.length) return null
  const rows = list.map((p) => el('tr', {},
    el('td', {}, el('code', { textContent: p.name + (p.required ? '' : '?') })),
    el('td', { textContent: p.in }),
    el('td', { textContent: shape(doc, p.schema, 0, []) }),
    el('td', { textContent: p.description || '' })))
  return el('table', {}, el('tbody', {}, ...rows))
}

function section(doc, path, method, op) {
  const answers = Object.entries(op.responses).filter(([status]) => status !== 'default')
  return el('section', { id: op.operationId },
    el('h3', {}, el('span', { className: 'method', textContent: method.toUpperCase() }), el('code', { textContent: path })),
    el('div', { textContent: op.summary }),
    op.description ? el('p', { textContent: op.description }) : null,
    el('div', { className: 'needs', textContent: `For ${callers(op)}` }),
    parameters(doc, op),
    ...schemaBlock(doc, 'Request', op.requestBody && op.requestBody.content),
    ...answers.flatMap(([status, answer]) => schemaBlock(doc, `Answer ${status}`, resolve(doc, answer).content)))
}

function render(doc) {
  const byTag = new Map()
  const main = el('div', {}, el('h2', { textContent: doc.info.title }), el('p', { textContent: doc.info.description }))
  for (const [path, item] of Object.entries(doc.paths)) {
    for (const method of methods.filter((m) => item[m])) {
      const op = item[method]
      const tag = op.tags[0]
      if (!byTag.has(tag)) byTag.set(tag, [])
      byTag.get(tag).push(el('a', { href: '#' + op.operationId, textContent: op.summary, title: `${method.toUpperCase()} ${path}` }))
      main.append(section(doc, path, method, op))
    }
  }
  const groups = [...byTag].map(([tag, links]) => el('div', {}, el('h2', { textContent: tag }), ...links))
  document.getElementById('menu').replaceChildren(...groups)
  document.getElementById('main').replaceChildren(main)
  if (location.hash) location.hash = location.hash
}

document.addEventListener('DOMContentLoaded', async () => {
  document.getElementById('find').addEventListener('input', (event) => {
    const wanted = event.target.value.toLowerCase()
    for (const link of document.querySelectorAll('#menu a')) {
      link.hidden = !(link.textContent + ' ' + link.title).toLowerCase().includes(wanted)
    }
  })
  const answer = await fetch('/openapi.json')
  render(await answer.json())
})
