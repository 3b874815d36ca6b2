// Returns after how many seconds a server that answered 429 takes more.
export const secondsToWait = response => Math.min(3600, Number(response.headers.get('Retry-After')) || 5);
