/** What a stored decision of the past was made from: as wide as those of today. */
export const sampleFacts = JSON.stringify({ x: 'y'.repeat(900) })
