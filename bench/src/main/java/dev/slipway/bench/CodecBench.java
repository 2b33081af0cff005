package dev.slipway.bench;

import com.sun.management.ThreadMXBean;
import dev.slipway.base.Json;
import dev.slipway.inference.codec.v2.V2Request;
import dev.slipway.inference.codec.v2.V2RequestReader;
import dev.slipway.inference.codec.v2.V2Response;
import dev.slipway.inference.codec.v2.V2ResponseWriter;
import dev.slipway.inference.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/// What reading and writing V2 requests costs, beside Jackson's streams: the best of many rounds,
/// and
/// the bytes allocated by one.
public final class CodecBench {
  private static final int ROUNDS = 40;
  private static final int CALLS = 32;
  private static final long ROUND_NANOS = 40_000_000;
  private static final JsonFactory DEFAULT = new JsonFactory();
  private static final JsonFactory FAST =
      JsonFactory.builder().enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER).build();

  @SuppressWarnings("UnusedVariable") // written so that nothing is optimised away
  private static volatile Object sink = "";

  private CodecBench() {}

  public static void main(String[] arguments) {
    var small = body(1, "FP64", "6.8,2.8,4.8,1.4", 4);
    var random = new Random(1);
    var large = body(32, "FP32", floats(random, 32 * 784), 784);
    var wide = body(32, "FP64", doubles(random, 32 * 784), 784);
    System.out.println("| what                               |   us best | bytes allocated |");
    System.out.println("|------------------------------------|-----------|-----------------|");
    read("1x4 FP64", small, 4);
    read("32x784 FP32", large, 32 * 784);
    read("32x784 FP64", wide, 32 * 784);
    write("10 floats", random, 10);
    write("320 floats", random, 320);
    write("25088 floats", random, 25088);
  }

  private static void read(String name, byte[] body, int size) {
    row("read " + name + ", ours", () -> V2RequestReader.read(body, V2RequestReader.ALL_JSON));
    row("read " + name + ", Jackson fast-double", () -> jackson(FAST, body, size));
    row("read " + name + ", Jackson", () -> jackson(DEFAULT, body, size));
    row("read " + name + ", Jackson tree", () -> Json.parse(body));
  }

  private static void write(String name, Random random, int size) {
    var values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = random.nextFloat();
    }
    var response =
        V2Response.of("m", "1", "7", List.of(Tensor.ofFloats("y", new long[] {1, size}, values)));
    var request = V2Request.of(List.of(), false);
    row("write " + name + ", ours", () -> V2ResponseWriter.write(response, request));
    row("write " + name + ", Jackson", () -> generated(values));
  }

  /// The values alone, as a server on Jackson's stream would take them.
  private static Object jackson(JsonFactory factory, byte[] body, int size) {
    var values = new double[size];
    int count = 0;
    try (JsonParser parser =
        factory.createParser(tools.jackson.core.ObjectReadContext.empty(), body)) {
      boolean data = false;
      for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.PROPERTY_NAME) {
          data = parser.currentName().equals("data");
        } else if (data && token.isNumeric()) {
          values[count++] = parser.getDoubleValue();
        }
      }
    }
    return values;
  }

  private static Object generated(float[] values) {
    var bytes = new java.io.ByteArrayOutputStream(256);
    try (JsonGenerator generator =
        DEFAULT.createGenerator(tools.jackson.core.ObjectWriteContext.empty(), bytes)) {
      generator.writeStartObject();
      generator.writeStringProperty("model_name", "m");
      generator.writeStringProperty("id", "7");
      generator.writeArrayPropertyStart("outputs");
      generator.writeStartObject();
      generator.writeStringProperty("name", "y");
      generator.writeStringProperty("datatype", "FP32");
      generator.writeArrayPropertyStart("data");
      for (float value : values) {
        generator.writeNumber(value);
      }
      generator.writeEndArray();
      generator.writeEndObject();
      generator.writeEndArray();
      generator.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static void row(String name, Supplier<Object> work) {
    long best = Long.MAX_VALUE;
    var threads = ManagementFactory.getThreadMXBean();
    for (int round = 0; round < ROUNDS; round++) {
      int calls = 0;
      long start = threads.getCurrentThreadCpuTime();
      long elapsed = 0;
      while (elapsed < ROUND_NANOS) {
        for (int i = 0; i < CALLS; i++) {
          sink = work.get();
        }
        calls += CALLS;
        elapsed = threads.getCurrentThreadCpuTime() - start;
      }
      best = Math.min(best, elapsed * 1000 / calls);
    }
    System.out.printf(Locale.ROOT, "| %-34s | %9.3f | %15d |%n", name, best / 1e6, allocated(work));
  }

  private static long allocated(Supplier<Object> work) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int calls = 100;
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < calls; i++) {
      sink = work.get();
    }
    return (threads.getCurrentThreadAllocatedBytes() - before) / calls;
  }

  private static byte[] body(int rows, String type, String data, int columns) {
    return ("{\"inputs\":[{\"name\":\"x\",\"shape\":["
            + rows
            + ","
            + columns
            + "],\"datatype\":\""
            + type
            + "\",\"data\":["
            + data
            + "]}]}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String floats(Random random, int count) {
    var text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : ",").append(random.nextFloat());
    }
    return text.toString();
  }

  private static String doubles(Random random, int count) {
    var text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : ",").append(random.nextDouble());
    }
    return text.toString();
  }
}
