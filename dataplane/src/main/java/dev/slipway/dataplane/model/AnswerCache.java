package dev.slipway.dataplane.model;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/// Answers of one model by request; two requests are equal if every byte of their inputs is.
final class AnswerCache {
  private static final long MAX_BYTES = 32L * 1024 * 1024;
  private static final int ENTRY_BYTES = 256;

  private final ModelStats stats;
  private final Cache<ByteBuffer, List<Tensor>> answers =
      Caffeine.newBuilder().maximumWeight(MAX_BYTES).weigher(AnswerCache::weight).build();

  AnswerCache(ModelStats stats) {
    this.stats = stats;
  }

  private static int weight(ByteBuffer key, List<Tensor> answer) {
    long bytes = ENTRY_BYTES + (long) key.remaining();
    for (var tensor : answer) {
      bytes += (long) tensor.size() * Math.max(16, tensor.type().size());
    }
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }

  List<Tensor> answer(Invocation call, Supplier<List<Tensor>> compute) {
    var key = key(call);
    var known = answers.getIfPresent(key);
    stats.cached(known != null);
    if (known != null) {
      return known;
    }
    var answer = compute.get();
    answers.put(key, answer);
    return answer;
  }

  /// Everything that may change an answer, one after another with lengths between.
  private static ByteBuffer key(Invocation call) {
    var head = new StringBuilder(call.signature()).append(call.outputs()).append(call.parameters());
    int length = 0;
    for (var input : call.inputs()) {
      head.append('|').append(input);
      length += input.wire().remaining();
    }
    var text = head.toString().getBytes(StandardCharsets.UTF_8);
    var key = ByteBuffer.allocate(Math.addExact(Integer.BYTES + text.length, length));
    key.putInt(text.length).put(text);
    for (var input : call.inputs()) {
      key.put(input.wire());
    }
    return key.flip();
  }
}
