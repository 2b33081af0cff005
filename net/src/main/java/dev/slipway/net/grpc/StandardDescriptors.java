package dev.slipway.net.grpc;

import java.util.List;

/// Descriptors of the services this package brings, as `FileDescriptorProto`s (field numbers:
/// google/protobuf/descriptor.proto; messages: grpc-proto, grpc/health/v1 and grpc/reflection).
final class StandardDescriptors {
  private static final int INT32 = 5;
  private static final int STRING = 9;
  private static final int MESSAGE = 11;
  private static final int BYTES = 12;
  private static final int ENUM = 14;

  private StandardDescriptors() {}

  static List<byte[]> all() {
    return List.of(
        health(), reflection("grpc.reflection.v1"), reflection("grpc.reflection.v1alpha"));
  }

  private static byte[] health() {
    var of = ".grpc.health.v1.";
    return file("grpc/health/v1/health.proto", "grpc.health.v1")
        .message(4, message("HealthCheckRequest").message(2, field("service", 1, STRING)))
        .message(
            4,
            message("HealthCheckResponse")
                .message(2, typed("status", 1, ENUM, of + "HealthCheckResponse.ServingStatus"))
                .message(4, servingStatus()))
        .message(4, message("HealthListRequest"))
        .message(
            4,
            message("HealthListResponse")
                .message(
                    2, repeated("statuses", 1, MESSAGE, of + "HealthListResponse.StatusesEntry"))
                .message(3, statusesEntry(of)))
        .message(
            6,
            message("Health")
                .message(2, rpc("Check", of + "HealthCheckRequest", of + "HealthCheckResponse"))
                .message(2, rpc("List", of + "HealthListRequest", of + "HealthListResponse"))
                .message(
                    2,
                    rpc("Watch", of + "HealthCheckRequest", of + "HealthCheckResponse")
                        .number(6, 1)))
        .bytes();
  }

  private static ProtoWriter servingStatus() {
    var values = message("ServingStatus");
    for (var status : HealthService.Serving.values()) {
      values.message(2, message(status.name()).number(2, status.number()));
    }
    return values;
  }

  // The entry of a map is a message with the option map_entry.
  private static ProtoWriter statusesEntry(String of) {
    return message("StatusesEntry")
        .message(2, field("key", 1, STRING))
        .message(2, typed("value", 2, MESSAGE, of + "HealthCheckResponse"))
        .message(7, new ProtoWriter().number(7, 1));
  }

  private static byte[] reflection(String scope) {
    var of = "." + scope + ".";
    return file(scope.replace('.', '/') + "/reflection.proto", scope)
        .message(4, reflectionRequest(of))
        .message(
            4,
            message("ExtensionRequest")
                .message(2, field("containing_type", 1, STRING))
                .message(2, field("extension_number", 2, INT32)))
        .message(4, reflectionResponse(of))
        .message(
            4,
            message("FileDescriptorResponse")
                .message(2, repeated("file_descriptor_proto", 1, BYTES, "")))
        .message(
            4,
            message("ExtensionNumberResponse")
                .message(2, field("base_type_name", 1, STRING))
                .message(2, repeated("extension_number", 2, INT32, "")))
        .message(
            4,
            message("ListServiceResponse")
                .message(2, repeated("service", 1, MESSAGE, of + "ServiceResponse")))
        .message(4, message("ServiceResponse").message(2, field("name", 1, STRING)))
        .message(
            4,
            message("ErrorResponse")
                .message(2, field("error_code", 1, INT32))
                .message(2, field("error_message", 2, STRING)))
        .message(6, reflectionRpc(of))
        .bytes();
  }

  private static ProtoWriter reflectionRequest(String of) {
    return message("ServerReflectionRequest")
        .message(2, field("host", 1, STRING))
        .message(2, choice(field("file_by_filename", 3, STRING)))
        .message(2, choice(field("file_containing_symbol", 4, STRING)))
        .message(2, choice(typed("file_containing_extension", 5, MESSAGE, of + "ExtensionRequest")))
        .message(2, choice(field("all_extension_numbers_of_type", 6, STRING)))
        .message(2, choice(field("list_services", 7, STRING)))
        .message(8, message("message_request"));
  }

  private static ProtoWriter reflectionResponse(String of) {
    return message("ServerReflectionResponse")
        .message(2, field("valid_host", 1, STRING))
        .message(2, typed("original_request", 2, MESSAGE, of + "ServerReflectionRequest"))
        .message(2, answer("file_descriptor_response", 4, of + "FileDescriptorResponse"))
        .message(2, answer("all_extension_numbers_response", 5, of + "ExtensionNumberResponse"))
        .message(2, answer("list_services_response", 6, of + "ListServiceResponse"))
        .message(2, answer("error_response", 7, of + "ErrorResponse"))
        .message(8, message("message_response"));
  }

  private static ProtoWriter reflectionRpc(String of) {
    var rpc =
        rpc(
            "ServerReflectionInfo",
            of + "ServerReflectionRequest",
            of + "ServerReflectionResponse");
    return message("ServerReflection").message(2, rpc.number(5, 1).number(6, 1));
  }

  private static ProtoWriter answer(String name, int number, String type) {
    return choice(typed(name, number, MESSAGE, type));
  }

  private static ProtoWriter file(String name, String scope) {
    return new ProtoWriter().text(1, name).text(2, scope).text(12, "proto3");
  }

  private static ProtoWriter message(String name) {
    return new ProtoWriter().text(1, name);
  }

  private static ProtoWriter field(String name, int number, int type) {
    return typed(name, number, type, "");
  }

  private static ProtoWriter typed(String name, int number, int type, String typeName) {
    return labelled(name, number, type, typeName, 1);
  }

  private static ProtoWriter repeated(String name, int number, int type, String typeName) {
    return labelled(name, number, type, typeName, 3);
  }

  private static ProtoWriter labelled(
      String name, int number, int type, String typeName, int label) {
    var field = message(name).number(3, number).number(4, label).number(5, type);
    return typeName.isEmpty() ? field : field.text(6, typeName);
  }

  private static ProtoWriter choice(ProtoWriter field) {
    return field.number(9, 0);
  }

  private static ProtoWriter rpc(String name, String takes, String gives) {
    return message(name).text(2, takes).text(3, gives);
  }
}
