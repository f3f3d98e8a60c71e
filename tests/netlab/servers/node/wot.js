// A Thing on node-wot, over IPv6: node wot.js http | coap | http,coap. It is told what to do by lines of JSON on its
// standard input, ["temperature", 22.5] or ["overheated"], and says "ready".
'use strict'

const { createInterface } = require('node:readline')

const { CoapServer } = require('@node-wot/binding-coap')
const introduction = require('@node-wot/binding-coap/dist/mdns-introducer')
const { HttpServer } = require('@node-wot/binding-http')
const { Servient } = require('@node-wot/core')

// It announces itself over IPv4 and cannot start where there is none.
introduction.MdnsIntroducer = class {
  registerExposedThing () {}
  delete () {}
  async close () {}
}

// As published it ends the answer to a CoAP observation before the first notification, and throws at the second
// (issues 1233 and 1239 of node-wot). Here every notification is written to the same, open answer.
async function observe (response, listen, forget, first) {
  const send = async (content) => {
    const payload = await content.toBuffer()
    response.setOption('Content-Format', content.type)
    response.code = '2.05'
    response.write(payload)
  }
  if (first) await send(await first())
  await listen(send)
  response.on('finish', () => forget(send))
}

CoapServer.prototype.handleObserveProperty = async function (property, request, contentType, thing, response, key) {
  if (request.headers.Observe !== 0) {
    return this.handleReadProperty(property, request, contentType, thing, response, key)
  }
  const options = this.createInteractionOptions(property.forms, thing, request, contentType, property.uriVariables)
  await observe(
    response,
    (send) => thing.handleObserveProperty(key, send, options),
    (send) => thing.handleUnobserveProperty(key, send, options),
    () => thing.handleReadProperty(key, options)
  )
}

CoapServer.prototype.handleEventRequest = async function (thing, key, request, response, contentType) {
  if (request.headers.Observe !== 0) return this.sendResponse(response, '5.01', 'it forgets who answers with a Reset')
  const { forms, uriVariables } = thing.events[key]
  const options = this.createInteractionOptions(forms, thing, request, contentType, uriVariables)
  this.avoidDuplicatedObserveRegistration(response) // as published: acknowledged now, answered with the first event
  await observe(
    response,
    (send) => thing.handleSubscribeEvent(key, send, options),
    (send) => thing.handleUnsubscribeEvent(key, send, options)
  )
}

const held = { temperature: 21.5, on: false, brightness: 40, label: 'pantry', power: { watts: 2.1, grade: 1 } }

const description = {
  id: 'urn:uuid:5d0a2e6c-2f0c-4d1e-9a53-1f0c7a3e0303',
  title: 'Pantry',
  description: 'A thermometer and a lamp',
  properties: {
    temperature: { type: 'number', unit: 'om:degreeCelsius', minimum: -40, maximum: 85, readOnly: true, observable: true },
    on: { type: 'boolean', observable: true },
    brightness: { type: 'integer', unit: 'percent', minimum: 0, maximum: 100, observable: true },
    label: { type: 'string', maxLength: 32, observable: true },
    power: {
      type: 'object',
      readOnly: true,
      observable: true,
      properties: { watts: { type: 'number', unit: 'W' }, grade: { type: 'integer', minimum: 0, maximum: 8 } }
    }
  },
  actions: {
    blink: {
      input: {
        type: 'object',
        properties: { times: { type: 'integer', minimum: 1, maximum: 10 } },
        required: ['times']
      },
      output: { type: 'string' }
    },
    restore: {}
  },
  events: { overheated: { data: { type: 'number', unit: 'om:degreeCelsius' } } }
}

async function serve (protocols) {
  const servient = new Servient()
  if (protocols.includes('http')) servient.addServer(new HttpServer({ port: 8080, address: '::' }))
  if (protocols.includes('coap')) servient.addServer(new CoapServer({ port: 5683, address: '::' }))
  const thing = await (await servient.start()).produce(description)
  for (const [name, property] of Object.entries(description.properties)) {
    thing.setPropertyReadHandler(name, async () => held[name])
    if (property.readOnly) continue
    thing.setPropertyWriteHandler(name, async (written) => {
      held[name] = await written.value()
      thing.emitPropertyChange(name)
    })
  }
  thing.setActionHandler('blink', async (input) => `blinked ${(await input.value()).times} times`)
  thing.setActionHandler('restore', async () => {
    held.brightness = 40
    thing.emitPropertyChange('brightness')
  })
  await thing.expose()
  createInterface({ input: process.stdin }).on('line', (line) => {
    const [name, value] = JSON.parse(line)
    if (name in description.events) return thing.emitEvent(name, value)
    held[name] = value
    thing.emitPropertyChange(name)
  })
  console.log('ready')
}

serve(process.argv[2].split(','))
