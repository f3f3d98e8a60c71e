// The device on node-coap: IPv6, every notification confirmable.
'use strict'

const coap = require('coap')

const MAX_AGE = 2 // as in on_aiocoap.py
const held = { '/3303/0/5700': '21.5', '/3312/0/5850': '0' }
const observers = new Map(Object.keys(held).map((path) => [path, new Set()]))
const links = Object.keys(held).map((path) => `<${path}>;ct=0;obs`).join(',')

function answer (request, response) {
  const path = request.url.split('?')[0]
  if (path === '/.well-known/core') {
    response.setOption('Content-Format', 'application/link-format')
    return response.end(links)
  }
  if (!(path in held)) {
    response.code = '4.04'
    return response.end()
  }
  if (request.method === 'PUT') {
    held[path] = request.payload.toString()
    response.code = '2.04'
    response.end()
    observers.get(path).forEach((observer) => observer.write(held[path]))
    return
  }
  response.setOption('Content-Format', 'text/plain')
  response.setOption('Max-Age', MAX_AGE)
  if (request.headers.Observe !== 0) return response.end(held[path])
  response.write(held[path])
  observers.get(path).add(response)
  response.on('finish', () => observers.get(path).delete(response))
}

coap.createServer({ type: 'udp6', multicastAddress: 'ff02::fd', multicastInterface: '::%eth0' }, answer).listen(5683)
