export function installState(root: string): string
export function installProgress(root: string): string
