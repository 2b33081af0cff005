package dev.slipway.net.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.AnyProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.SourceContextProto;
import com.google.protobuf.StructProto;
import com.google.protobuf.TypeProto;
import dev.slipway.net.grpc.HealthService.Serving;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.health.v1.HealthProto;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionProto;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Health and reflection, asked by the stubs that grpc-java generates from the public protos.
@Timeout(60)
class StandardServicesTest {
  private static HealthCheckRequest ask(String service) {
    return HealthCheckRequest.newBuilder().setService(service).build();
  }

  @Test
  void tellsTheHealthOfEachService() throws Exception {
    var health = new HealthService();
    health.set("iris", Serving.NOT_SERVING);
    try (var caller = new Caller(health.methods())) {
      var stub = HealthGrpc.newBlockingStub(caller.channel());
      assertThat(stub.check(ask("")).getStatus()).isEqualTo(ServingStatus.SERVING);
      assertThat(stub.check(ask("iris")).getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
      health.set("iris", Serving.SERVING);
      assertThat(stub.check(ask("iris")).getStatus()).isEqualTo(ServingStatus.SERVING);
      assertThatThrownBy(() -> stub.check(ask("other"))).hasMessageStartingWith("NOT_FOUND");
    }
  }

  @Test
  void tellsWatchersOfEachChange() throws Exception {
    var health = new HealthService();
    try (var caller = new Caller(health.methods())) {
      var seen = HealthGrpc.newBlockingStub(caller.channel()).watch(ask("iris"));
      assertThat(seen.next().getStatus()).isEqualTo(ServingStatus.SERVICE_UNKNOWN);
      for (int i = 0; i < 20; i++) {
        health.set("iris", i % 2 == 0 ? Serving.SERVING : Serving.NOT_SERVING);
        assertThat(seen.next())
            .extracting(HealthCheckResponse::getStatus)
            .isEqualTo(i % 2 == 0 ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
      }
      health.remove("iris");
      assertThat(seen.next().getStatus()).isEqualTo(ServingStatus.SERVICE_UNKNOWN);
    }
  }

  @Test
  void endsAWatchWhoseCallerLeft() throws Exception {
    var health = new HealthService();
    var caller = new Caller(health.methods());
    HealthGrpc.newBlockingStub(caller.channel()).watch(ask("")).next();
    caller.channel().shutdownNow();
    await().until(() -> caller.server().counters().requestsInFlight() == 0);
    caller.close();
  }

  private static ServerReflectionResponse reflect(
      Caller caller, UnaryOperator<ServerReflectionRequest.Builder> question) throws Exception {
    var answer = new CompletableFuture<ServerReflectionResponse>();
    var say =
        ServerReflectionGrpc.newStub(caller.channel())
            .serverReflectionInfo(
                new StreamObserver<ServerReflectionResponse>() {
                  @Override
                  public void onNext(ServerReflectionResponse value) {
                    answer.complete(value);
                  }

                  @Override
                  public void onError(Throwable problem) {
                    answer.completeExceptionally(problem);
                  }

                  @Override
                  public void onCompleted() {}
                });
    say.onNext(question.apply(ServerReflectionRequest.newBuilder().setHost("h")).build());
    try {
      return answer.get(30, TimeUnit.SECONDS);
    } finally {
      say.onCompleted();
    }
  }

  private static Caller reflecting() {
    var health = new HealthService().methods();
    var files =
        List.of(
            StructProto.getDescriptor().toProto().toByteArray(),
            TypeProto.getDescriptor().toProto().toByteArray(),
            AnyProto.getDescriptor().toProto().toByteArray(),
            SourceContextProto.getDescriptor().toProto().toByteArray());
    return new Caller(health.and(new ReflectionService(health, files).methods()));
  }

  @Test
  void listsServices() throws Exception {
    try (var caller = reflecting()) {
      var answer = reflect(caller, question -> question.setListServices("*"));
      assertThat(answer.getValidHost()).isEqualTo("h");
      assertThat(answer.getOriginalRequest().getListServices()).isEqualTo("*");
      assertThat(answer.getListServicesResponse().getServiceList())
          .extracting(ServiceResponse::getName)
          .containsExactly(
              "grpc.health.v1.Health",
              "grpc.reflection.v1.ServerReflection",
              "grpc.reflection.v1alpha.ServerReflection");
    }
  }

  @Test
  void findsFilesWithTheirDependencies() throws Exception {
    try (var caller = reflecting()) {
      var byName =
          reflect(caller, question -> question.setFileByFilename("google/protobuf/type.proto"));
      assertThat(namesIn(byName))
          .containsExactly(
              "google/protobuf/type.proto",
              "google/protobuf/any.proto",
              "google/protobuf/source_context.proto");
      for (var symbol :
          List.of(
              "google.protobuf.Value",
              "google.protobuf.Value.number_value",
              "google.protobuf.Value.kind",
              "google.protobuf.Struct.FieldsEntry",
              "google.protobuf.NullValue",
              "google.protobuf.NULL_VALUE")) {
        var bySymbol = reflect(caller, question -> question.setFileContainingSymbol(symbol));
        assertThat(namesIn(bySymbol)).as(symbol).containsExactly("google/protobuf/struct.proto");
      }
      var method = "grpc.health.v1.Health.Check";
      assertThat(namesIn(reflect(caller, question -> question.setFileContainingSymbol(method))))
          .containsExactly("grpc/health/v1/health.proto");
      var missing = reflect(caller, question -> question.setFileContainingSymbol("a.B"));
      assertThat(missing.getErrorResponse().getErrorCode()).isEqualTo(5);
      assertThat(missing.getErrorResponse().getErrorMessage()).contains("a.B");
    }
  }

  private static List<String> namesIn(ServerReflectionResponse answer) throws Exception {
    var names = new ArrayList<String>();
    for (var bytes : answer.getFileDescriptorResponse().getFileDescriptorProtoList()) {
      names.add(FileDescriptorProto.parseFrom(bytes).getName());
    }
    return names;
  }

  @Test
  void describesItsOwnServicesAsTheirProtosDo() throws Exception {
    var own = StandardDescriptors.all();
    var health = FileDescriptorProto.parseFrom(own.getFirst());
    var _ = FileDescriptor.buildFrom(health, new FileDescriptor[0]); // consistent
    // The client's copy of the proto is older than Health/List.
    var published = HealthProto.getDescriptor().toProto();
    assertThat(health.getService(0).getMethodList())
        .containsAll(published.getService(0).getMethodList());
    assertThat(named(health)).containsAll(named(published));
    var reflection = FileDescriptorProto.parseFrom(own.get(1));
    var _ = FileDescriptor.buildFrom(reflection, new FileDescriptor[0]);
    assertThat(named(reflection)).isEqualTo(named(ServerReflectionProto.getDescriptor().toProto()));
  }

  /// What matters on the wire: messages and fields in any order, without the names for JSON.
  private static List<String> named(FileDescriptorProto file) {
    return file.getMessageTypeList().stream()
        .flatMap(
            message ->
                message.getFieldList().stream()
                    .map(
                        field ->
                            message.getName()
                                + "."
                                + field.toBuilder().clearJsonName().build().toString()))
        .sorted()
        .toList();
  }
}
