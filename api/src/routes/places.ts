import {
  cameraChange,
  cameraClock,
  cameraItem,
  cameraWithKey,
  gateChange,
  gateItem,
  gateWithKey,
  newCamera,
  newGate,
  newKey,
  newSite,
  placeState,
  siteChange,
  siteItem,
} from '@turnpike/contracts/site.ts'
import { id } from '@turnpike/contracts/values.ts'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { callerOf } from '../plugins/operator-auth.ts'
import { tagVersion } from '../plugins/versions.ts'
import { changeCamera } from '../services/change-camera.ts'
import { changeGate } from '../services/change-gate.ts'
import { changeSite } from '../services/change-site.ts'
import { confirmCameraClock } from '../services/confirm-camera-clock.ts'
import { createCamera } from '../services/create-camera.ts'
import { createGate } from '../services/create-gate.ts'
import { createSite } from '../services/create-site.ts'
import type { Deps } from '../services/deps.ts'
import { listCamerasOf, listGatesOf, listSitesOf } from '../services/list-places.ts'
import { retireGate } from '../services/retire-gate.ts'
import { revokeCamera } from '../services/revoke-camera.ts'
import { addCameraKey, addGateKey, removeCameraKey, removeGateKey } from '../services/rotate-device-key.ts'
import { showCamera, showGate, showSite } from '../services/show-configured.ts'
import { ofSite, operatorSchema, resource } from './resource.ts'

const filter = { ...ofSite, state: placeState.default('active').describe('in use, or out of use for good') }

/** Car parks, their lanes and the cameras there. */
export async function places(app: FastifyInstance, deps: Deps) {
  const sites = resource(app, { path: '/v1/sites', one: 'Site', many: 'Sites', item: siteItem })
  sites.list('Your sites', {}, (caller, _filter, page) => listSitesOf(deps, caller, page))
  sites.show('One site', (caller, id) => showSite(deps, caller, id))
  sites.create('A new site', newSite, siteItem, (caller, body) => createSite(deps, caller, body))
  sites.change('New settings of a site', siteChange, (...change) => changeSite(deps, ...change))

  const gates = resource(app, { path: '/v1/gates', one: 'Gate', many: 'Gates', item: gateItem })
  gates.list('Gates of your sites', filter, (...asked) => listGatesOf(deps, ...asked))
  gates.show('One gate', (caller, id) => showGate(deps, caller, id))
  gates.create('A new gate with the first key of its controller', newGate, gateWithKey, (caller, body) =>
    createGate(deps, caller, body),
  )
  gates.change('New settings of a gate', gateChange, (...change) => changeGate(deps, ...change))
  gates.end('retire', 'Takes a gate out of use for good, with its cameras', (...end) => retireGate(deps, ...end))
  gates.keys(
    gateWithKey,
    newKey,
    (...added) => addGateKey(deps, ...added),
    (...removed) => removeGateKey(deps, ...removed),
  )

  const cameras = resource(app, { path: '/v1/cameras', one: 'Camera', many: 'Cameras', item: cameraItem })
  cameras.list(
    'Cameras of your sites',
    { ...filter, gateId: id.optional().describe('those at one gate') },
    (...asked) => listCamerasOf(deps, ...asked),
  )
  cameras.show('One camera', (caller, id) => showCamera(deps, caller, id))
  cameras.create('A new camera with its first key', newCamera, cameraWithKey, (caller, body) =>
    createCamera(deps, caller, body),
  )
  cameras.change('New settings of a camera', cameraChange, (...change) => changeCamera(deps, ...change))
  cameras.end('revoke', 'Shuts a camera out for good', (...end) => revokeCamera(deps, ...end))
  cameras.keys(
    cameraWithKey,
    newKey,
    (...added) => addCameraKey(deps, ...added),
    (...removed) => removeCameraKey(deps, ...removed),
  )
  app.withTypeProvider<ZodTypeProvider>().post(
    '/v1/cameras/:cameraId/clock',
    {
      schema: {
        ...operatorSchema,
        operationId: 'confirmCameraClock',
        summary: 'Says that the clock a camera has jumped to is the one that counts',
        params: z.object({ cameraId: id }),
        body: cameraClock,
        response: { 200: cameraItem },
      },
    },
    async (request, reply) => {
      const camera = await confirmCameraClock(deps, callerOf(request), request.params.cameraId, request.body)
      tagVersion(reply, camera)
      return camera
    },
  )
}
