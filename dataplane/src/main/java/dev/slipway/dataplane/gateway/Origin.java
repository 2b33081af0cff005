package dev.slipway.dataplane.gateway;

import dev.slipway.net.Request;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// What a request is told to have come from, computed when first asked for: `x-forwarded-for`,
/// `-proto`, `-host`, `forwarded` (RFC 7239, as Knative's queue-proxy writes it), `x-request-id`
/// and `traceparent` (W3C Trace Context level 1). Of one thread at a time.
final class Origin {
  /// All that are written.
  static final List<String> HEADERS =
      List.of(
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-proto",
          "forwarded",
          "x-request-id",
          "traceparent");

  private static final int TRACE_LENGTH = 55;

  private final Request request;
  private final double share;
  private @Nullable String traceparent;
  private @Nullable String requestId;

  /// @param share of the traces begun here that are marked as sampled
  Origin(Request request, double share) {
    this.request = request;
    this.share = share;
  }

  /// The value of a header that the gateway writes; null for any other.
  @Nullable String header(String name) {
    return switch (name.length()) {
      case 9 -> name.equalsIgnoreCase("forwarded") ? forwarded() : null;
      case 11 -> name.equalsIgnoreCase("traceparent") ? traceparent() : null;
      case 12 -> name.equalsIgnoreCase("x-request-id") ? requestId() : null;
      case 15 -> name.equalsIgnoreCase("x-forwarded-for") ? forwardedFor() : null;
      case 16 -> name.equalsIgnoreCase("x-forwarded-host") ? forwardedHost() : null;
      case 17 -> name.equalsIgnoreCase("x-forwarded-proto") ? forwardedProto() : null;
      default -> null;
    };
  }

  /// The addresses the request says it passed, and the one it came from.
  String forwardedFor() {
    var passed = String.join(", ", request.headers("x-forwarded-for"));
    return passed.isEmpty() ? address() : passed + ", " + address();
  }

  private String address() {
    var remote = request.remote().getAddress();
    return remote == null ? request.remote().getHostString() : remote.getHostAddress();
  }

  String forwardedHost() {
    var given = request.header("x-forwarded-host");
    return given.isEmpty() ? request.authority() : given;
  }

  String forwardedProto() {
    var given = request.header("x-forwarded-proto").toLowerCase(Locale.ROOT);
    if (given.equals("http") || given.equals("https")) {
      return given;
    }
    return request.secure() ? "https" : "http";
  }

  private String forwarded() {
    var given = request.header("forwarded");
    if (!given.isEmpty()) {
      return String.join(", ", request.headers("forwarded"));
    }
    var elements = new StringBuilder();
    var rest = ";host=" + forwardedHost() + ";proto=" + forwardedProto();
    for (var node : forwardedFor().split(",", -1)) {
      var name = node.strip();
      elements
          .append(elements.isEmpty() ? "" : ", ")
          .append("for=")
          .append(quoted(name))
          .append(rest);
      rest = "";
    }
    return elements.toString();
  }

  private static String quoted(String node) {
    return node.indexOf(':') < 0 ? node : "\"[" + node + "]\"";
  }

  /// The one given, or a new one.
  String requestId() {
    if (requestId == null) {
      var given = request.header("x-request-id");
      requestId = given.isEmpty() ? newId() : given;
    }
    return requestId;
  }

  private static String newId() {
    var random = ThreadLocalRandom.current();
    return new UUID(
            (random.nextLong() & ~0xF000L) | 0x4000L,
            (random.nextLong() & ~(3L << 62)) | (2L << 62))
        .toString();
  }

  /// The trace given or a new one, with a span of the gateway's own as the parent.
  String traceparent() {
    if (traceparent == null) {
      var given = request.header("traceparent");
      var span = hex(nonZero());
      traceparent =
          valid(given)
              ? given.substring(0, 36) + span + given.substring(52)
              : "00-" + hex(nonZero()) + hex(nonZero()) + "-" + span + begunFlags();
    }
    return traceparent;
  }

  private String begunFlags() {
    return share >= 1 || ThreadLocalRandom.current().nextDouble() < share ? "-01" : "-00";
  }

  /// Whether whoever began the trace wants its spans.
  boolean sampled() {
    return (Character.digit(traceparent().charAt(TRACE_LENGTH - 1), 16) & 1) == 1;
  }

  /// The 16 hexadecimal digits of the client's span; empty where it has none.
  String parentSpan() {
    var given = request.header("traceparent");
    return valid(given) ? given.substring(36, 52) : "";
  }

  /// The 32 hexadecimal digits of the trace.
  String traceId() {
    return traceparent().substring(3, 35);
  }

  private static long nonZero() {
    long random = ThreadLocalRandom.current().nextLong();
    return random == 0 ? 1 : random;
  }

  private static String hex(long value) {
    var digits = Long.toHexString(value);
    return "0".repeat(16 - digits.length()) + digits;
  }

  private static boolean valid(String given) {
    if (given.length() < TRACE_LENGTH || given.startsWith("ff")) {
      return false;
    }
    boolean first = given.startsWith("00");
    if (first
        ? given.length() != TRACE_LENGTH
        : given.length() > TRACE_LENGTH && given.charAt(TRACE_LENGTH) != '-') {
      return false;
    }
    return dashes(given)
        && digits(given)
        && !given.startsWith("0".repeat(32), 3)
        && !given.startsWith("0".repeat(16), 36);
  }

  private static boolean dashes(String given) {
    return given.charAt(2) == '-' && given.charAt(35) == '-' && given.charAt(52) == '-';
  }

  private static boolean digits(String given) {
    for (int i = 0; i < TRACE_LENGTH; i++) {
      char c = given.charAt(i);
      boolean digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      if (!digit && i != 2 && i != 35 && i != 52) {
        return false;
      }
    }
    return true;
  }
}
