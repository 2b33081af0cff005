package dev.slipway.apiserver.protobuf;

import static dev.slipway.apiserver.protobuf.WireReader.malformed;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.base.Json;
import java.util.Arrays;
import tools.jackson.databind.node.ObjectNode;

/// Reads objects of built-in kinds from the Kubernetes protobuf encoding: the bytes `k8s\0`, then a
/// message `Unknown` that names the type and wraps the object.
///
/// The tree is the one the object's JSON form gives, `apiVersion` and `kind` first. Pure;
/// thread-safe.
public final class ProtobufBodies {
  public static final String MEDIA_TYPE = "application/vnd.kubernetes.protobuf";

  private static final byte[] PREFIX = {'k', '8', 's', 0};

  private ProtobufBodies() {}

  /// Reads one object.
  ///
  /// @throws ApiException 400 if the bytes are no such message, or of a kind that is not built in
  public static ObjectNode decode(byte[] body) {
    if (body.length == 0) {
      throw malformed("the body is empty");
    }
    if (!isEnvelope(body)) {
      throw malformed("expected the prefix " + Arrays.toString(PREFIX));
    }
    return decode(body, 0);
  }

  static boolean isEnvelope(byte[] body) {
    return body.length >= PREFIX.length
        && Arrays.equals(body, 0, PREFIX.length, PREFIX, 0, PREFIX.length);
  }

  static ObjectNode decode(byte[] body, int depth) {
    Envelope envelope = Envelope.read(new WireReader(body, PREFIX.length, body.length));
    ObjectNode object =
        Json.object().put("apiVersion", envelope.apiVersion()).put("kind", envelope.kind());
    WireTypes types = WireTypes.builtin();
    String name =
        types
            .kind(envelope.apiVersion(), envelope.kind())
            .orElseThrow(() -> unregistered(envelope));
    new MessageDecoder(types).message(name, envelope.raw(), object, depth);
    return object;
  }

  private static ApiException unregistered(Envelope envelope) {
    return ApiException.badRequest(
        "no kind \""
            + envelope.kind()
            + "\" is registered for version \""
            + envelope.apiVersion()
            + "\"");
  }

  /// The message `Unknown`: typeMeta 1 (apiVersion 1, kind 2), raw 2, contentEncoding 3.
  ///
  /// @param raw the object, to be read once
  private record Envelope(String apiVersion, String kind, WireReader raw) {
    static Envelope read(WireReader in) {
      Envelope found = new Envelope("", "", new WireReader(new byte[0], 0, 0));
      while (in.more()) {
        int tag = in.tag();
        found =
            switch (tag) {
              case (1 << 3) | WireReader.BYTES -> typed(in.part(), found);
              case (2 << 3) | WireReader.BYTES ->
                  new Envelope(found.apiVersion(), found.kind(), in.part());
              case (3 << 3) | WireReader.BYTES -> plain(in.part().text(), found);
              default -> skipped(in, tag, found);
            };
      }
      if (found.kind().isEmpty() || found.apiVersion().isEmpty()) {
        throw malformed("it does not name its apiVersion and kind");
      }
      return found;
    }

    private static Envelope typed(WireReader in, Envelope known) {
      String apiVersion = known.apiVersion();
      String kind = known.kind();
      while (in.more()) {
        int tag = in.tag();
        switch (tag) {
          case (1 << 3) | WireReader.BYTES -> apiVersion = in.part().text();
          case (2 << 3) | WireReader.BYTES -> kind = in.part().text();
          default -> in.skip(tag & 7);
        }
      }
      return new Envelope(apiVersion, kind, known.raw());
    }

    private static Envelope plain(String encoding, Envelope known) {
      if (!encoding.isEmpty()) {
        throw malformed("unknown content encoding " + encoding);
      }
      return known;
    }

    private static Envelope skipped(WireReader in, int tag, Envelope known) {
      in.skip(tag & 7);
      return known;
    }
  }
}
