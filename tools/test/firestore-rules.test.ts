import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { firestoreRulesProblems } from '../firestore-rules.ts'

const shipped = readFileSync(join(resolve(import.meta.dirname, '../..'), 'firestore.rules'), 'utf8')
const collections = ['sites', 'operators', 'gates']
const problems = (text: string) => firestoreRulesProblems(text, collections)

test('the rules that ship pass', () => {
  expect(problems(shipped)).toEqual([])
})

const inside = (line: string) => shipped.replace('match /sites/{siteId} {', `match /sites/{siteId} {\n      ${line}`)

test.each([
  ['a write', inside('allow write: if maySee(siteId);'), 'allow write'],
  ['one of several methods that writes', inside('allow get, update: if maySee(siteId);'), 'allow update'],
  ['a condition that is always true', inside('allow get: if true;'), 'lets anybody in'],
  ['a condition that is always true in brackets', inside('allow get: if (true);'), 'lets anybody in'],
  ['no condition', inside('allow read;'), 'lets anybody in'],
  ['a condition that asks for nobody', inside("allow get: if siteId != 'x';"), 'does not ask who it is'],
  ['a match of everything', inside('match /{anything=**} {}'), 'opens what nobody thought of'],
  ['a match of everything below', inside('match /sites/{siteId}/{below=**} {}'), 'opens what nobody thought of'],
  ['a bracket that is missing', shipped.replace(/\}\s*$/, ''), 'brackets'],
  ['a bracket of another kind', shipped.replace('maySee(siteId) {', 'maySee(siteId] {'), 'brackets'],
  ['no version', shipped.replace("rules_version = '2';", ''), 'rules_version'],
  ['a collection that is left out', shipped.replaceAll("'gates', ", ''), 'the collection gates'],
])('%s is found', (_what, text, problem) => {
  expect(text).not.toBe(shipped)
  expect(problems(text).join('\n')).toContain(problem)
})

test('what a comment says is no rule', () => {
  expect(problems(inside('// allow write: if true;\n      /* allow delete; */'))).toEqual([])
})
