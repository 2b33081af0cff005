package dev.slipway.inference.codec.v2;

import java.nio.ByteBuffer;
import java.util.List;

/// The body of an answer.
///
/// @param chunks to be sent one after the other; views of the tensors where they are raw
/// @param jsonLength for the header `Inference-Header-Content-Length`, with the media type
/// `application/octet-stream`; -1 if all is JSON
public record V2Body(List<ByteBuffer> chunks, int jsonLength) {
  /// Bytes of all chunks.
  public long length() {
    long length = 0;
    for (var chunk : chunks) {
      length += chunk.remaining();
    }
    return length;
  }

  /// Whether there are bytes after the JSON.
  public boolean binary() {
    return jsonLength >= 0;
  }

  /// A chunk that is all of its array is not copied.
  private static byte[] part(ByteBuffer chunk) {
    if (chunk.hasArray()
        && chunk.arrayOffset() == 0
        && chunk.position() == 0
        && chunk.remaining() == chunk.array().length) {
      return chunk.array();
    }
    var copy = new byte[chunk.remaining()];
    chunk.get(chunk.position(), copy);
    return copy;
  }

  /// All of it in one array.
  public byte[] toBytes() {
    if (chunks.size() == 1) {
      return part(chunks.getFirst());
    }
    var bytes = new byte[Math.toIntExact(length())];
    var target = ByteBuffer.wrap(bytes);
    chunks.forEach(chunk -> target.put(chunk.duplicate()));
    return bytes;
  }
}
