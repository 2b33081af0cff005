package dev.slipway.net.grpc;

import dev.slipway.net.Request;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/// How the messages of one direction of a call are compressed.
enum MessageEncoding {
  IDENTITY,
  GZIP;

  static final String ACCEPTED = "identity,gzip";

  /// What the caller's messages come in.
  ///
  /// @throws GrpcException UNIMPLEMENTED if it is unknown
  static MessageEncoding ofRequest(Request request) {
    var name = request.header("grpc-encoding");
    return switch (name) {
      case "", "identity" -> IDENTITY;
      case "gzip" -> GZIP;
      default ->
          throw new GrpcException(
              GrpcStatus.UNIMPLEMENTED,
              "grpc-encoding \"" + name + "\" is not supported (expected one of: identity, gzip)");
    };
  }

  /// What answers go out in: a caller that compresses, and takes it, gets compressed answers.
  MessageEncoding ofAnswer(Request request) {
    if (this == IDENTITY) {
      return IDENTITY;
    }
    for (var field : request.headers("grpc-accept-encoding")) {
      for (var name : field.split(",", -1)) {
        if (name.strip().equals("gzip")) {
          return GZIP;
        }
      }
    }
    return IDENTITY;
  }

  /// Reads a message whose flag says that it is compressed.
  ///
  /// @throws GrpcException INTERNAL if it is damaged, or not to be expected; RESOURCE_EXHAUSTED if
  ///     it is longer than `maxBytes`
  byte[] decompressed(byte[] message, int maxBytes) {
    if (this == IDENTITY) {
      throw new GrpcException(
          GrpcStatus.INTERNAL, "a message is compressed, but grpc-encoding names no compression");
    }
    try (var in = new GZIPInputStream(new ByteArrayInputStream(message))) {
      var plain = in.readNBytes(maxBytes);
      if (in.read() >= 0) {
        throw GrpcReader.tooLarge("more than " + maxBytes, maxBytes);
      }
      return plain;
    } catch (IOException problem) {
      throw new GrpcException(
          GrpcStatus.INTERNAL, "a gzip message is damaged: " + problem.getMessage());
    }
  }

  static byte[] gzip(List<ByteBuffer> parts) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      for (var part : parts) {
        var bytesOf = new byte[part.remaining()];
        part.get(part.position(), bytesOf);
        out.write(bytesOf);
      }
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
    return bytes.toByteArray();
  }
}
