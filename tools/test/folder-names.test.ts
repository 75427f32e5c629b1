import { expect, test } from 'vitest'
import { folderNameProblems } from '../folder-names.ts'

test.each([
  'api/src/utils/plate.ts',
  'dashboard/src/common/button.tsx',
  'contracts/src/helpers.ts',
  'api/src/services/index.ts',
  'dashboard/src/screens/index.tsx',
])('%s is refused', (file) => {
  expect(folderNameProblems([file])).toHaveLength(1)
})

test('names that only look alike pass, and so does the one index that Cloud Functions need', () => {
  const files = [
    'functions/src/index.ts',
    'dashboard/index.html',
    'api/src/domain/common-plate.ts',
    'firestore.indexes.json',
  ]
  expect(folderNameProblems(files)).toEqual([])
})
