const chunkLength = 64 * 1024;

/** A text in chunks of many pieces, since each chunk has a price of its own in a stream. */
export function* chunked(pieces: Iterable<string>): Iterable<string> {
  let chunk = "";
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < chunkLength) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}
