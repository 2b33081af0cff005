package dev.slipway.node.network;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Questions about names, and answers to them, as bytes. Pure.
///
/// Source: RFC 1035 (messages), RFC 2782 (SRV), RFC 6891 (sizes).
final class DnsMessage {
  static final int A = 1;
  static final int CNAME = 5;
  static final int PTR = 12;
  static final int AAAA = 28;
  static final int SRV = 33;
  static final int ANY = 255;

  static final int NO_ERROR = 0;
  static final int SERVER_FAILURE = 2;
  static final int NO_SUCH_NAME = 3;

  private static final int OPT = 41;
  private static final int INTERNET = 1;
  private static final int HEADER = 12;
  private static final int LEAST_SIZE = 512;
  private static final int MOST_SIZE = 4096;
  private static final int TTL_SECONDS = 5;

  private DnsMessage() {}

  /// @param name lower case, without a dot at its end
  /// @param asked how it was spelled, as bytes of a message
  /// @param size bytes that an answer may have
  @SuppressWarnings("ArrayRecordComponent")
  record Question(int id, String name, int type, byte[] asked, int size) {}

  /// What is known of a name.
  sealed interface Fact {
    String name();

    record Address(String name, int address) implements Fact {}

    record Alias(String name, String target) implements Fact {}

    record Pointer(String name, String target) implements Fact {}

    record Place(String name, int port, String target) implements Fact {}
  }

  /// The question of a message; empty if it is none that can be answered.
  static Optional<Question> parse(byte[] message) {
    if (message.length < HEADER) {
      return Optional.empty();
    }
    var in = ByteBuffer.wrap(message);
    int id = in.getShort() & 0xffff;
    int flags = in.getShort() & 0xffff;
    int questions = in.getShort();
    int others = in.getShort() + in.getShort();
    int additional = in.getShort();
    if ((flags & 0xf800) != 0 || questions != 1) {
      return Optional.empty();
    }
    var name = name(in);
    if (name.isEmpty() || in.remaining() < 4) {
      return Optional.empty();
    }
    int type = in.getShort() & 0xffff;
    boolean ofInternet = in.getShort() == INTERNET;
    var asked = Arrays.copyOfRange(message, HEADER, in.position());
    int size = others == 0 && additional == 1 ? size(in) : LEAST_SIZE;
    return ofInternet
        ? Optional.of(new Question(id, name.get(), type, asked, size))
        : Optional.empty();
  }

  private static Optional<String> name(ByteBuffer in) {
    var text = new StringBuilder();
    while (in.hasRemaining()) {
      int length = in.get() & 0xff;
      if (length == 0) {
        return Optional.of(text.toString().toLowerCase(Locale.ROOT));
      }
      if (length > 63 || in.remaining() < length || text.length() > 255) {
        return Optional.empty();
      }
      var label = new byte[length];
      in.get(label);
      text.append(text.isEmpty() ? "" : ".").append(new String(label, StandardCharsets.ISO_8859_1));
    }
    return Optional.empty();
  }

  private static int size(ByteBuffer in) {
    if (in.remaining() < 5 || in.get() != 0 || in.getShort() != OPT) {
      return LEAST_SIZE;
    }
    return Math.clamp(in.getShort() & 0xffff, LEAST_SIZE, MOST_SIZE);
  }

  /// An answer; one that is too large says so, and has nothing in it.
  static byte[] answer(Question question, int code, List<Fact> answers, List<Fact> more) {
    var whole = message(question, code, 0x8580, answers, more);
    return whole.length <= question.size
        ? whole
        : message(question, code, 0x8780, List.of(), List.of());
  }

  private static byte[] message(
      Question question, int code, int flags, List<Fact> answers, List<Fact> more) {
    try {
      var bytes = new ByteArrayOutputStream();
      var out = new DataOutputStream(bytes);
      out.writeShort(question.id);
      out.writeShort(flags | code);
      out.writeShort(1);
      out.writeShort(answers.size());
      out.writeShort(0);
      out.writeShort(more.size());
      out.write(question.asked);
      for (var each : answers) {
        write(each, out);
      }
      for (var each : more) {
        write(each, out);
      }
      return bytes.toByteArray();
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  private static void write(Fact fact, DataOutputStream out) throws IOException {
    name(fact.name(), out);
    var rest = new ByteArrayOutputStream();
    var value = new DataOutputStream(rest);
    int type =
        switch (fact) {
          case Fact.Address(_, int address) -> {
            value.writeInt(address);
            yield A;
          }
          case Fact.Alias(_, String target) -> {
            name(target, value);
            yield CNAME;
          }
          case Fact.Pointer(_, String target) -> {
            name(target, value);
            yield PTR;
          }
          case Fact.Place(_, int port, String target) -> {
            value.writeShort(0);
            value.writeShort(100);
            value.writeShort(port);
            name(target, value);
            yield SRV;
          }
        };
    out.writeShort(type);
    out.writeShort(INTERNET);
    out.writeInt(TTL_SECONDS);
    out.writeShort(rest.size());
    rest.writeTo(out);
  }

  private static void name(String text, DataOutputStream out) throws IOException {
    for (var label : text.split("\\.", -1)) {
      var bytes = label.getBytes(StandardCharsets.ISO_8859_1);
      if (bytes.length == 0 || bytes.length > 63) {
        continue;
      }
      out.writeByte(bytes.length);
      out.write(bytes);
    }
    out.writeByte(0);
  }
}
