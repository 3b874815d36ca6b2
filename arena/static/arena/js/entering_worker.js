// Finds, for each piece, a nonce such that SHA-256 of "challenge piece nonce" begins with so many zero bits (at most 32).
const BATCH = 64;

async function leadingWord(text) {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return new DataView(hash).getUint32(0);
}

async function solve(head, limit) {
  for (let from = 0; ; from += BATCH) {
    const words = await Promise.all(Array.from({ length: BATCH }, (_, n) => leadingWord(`${head} ${from + n}`)));
    const found = words.findIndex(word => word < limit);
    if (found >= 0) return from + found;
  }
}

onmessage = async ({ data: { challenge, pieces, bits } }) => {
  const limit = 2 ** (32 - bits);
  postMessage(await Promise.all(Array.from({ length: pieces }, (_, piece) => solve(`${challenge} ${piece}`, limit))));
};
