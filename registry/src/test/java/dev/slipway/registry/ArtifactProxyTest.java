package dev.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files through the proxy, as MLflow's clients send and ask for them.
final class ArtifactProxyTest {
  private static final String PROXY = "/api/2.0/mlflow-artifacts/";

  @TempDir Path directory;
  private RegistryServer server;

  @BeforeEach
  void start() {
    server = new RegistryServer(RegistrySettings.at(directory));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<byte[]> send(String method, String path, String body) {
    var publisher = body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
    return server.send(
        HttpRequest.newBuilder(URI.create(server.url() + path)).method(method, publisher).build());
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  @Test
  void aFileIsSentListedReadAndDeleted() {
    String run = server.run();
    String artifacts = PROXY + "artifacts/0/" + run + "/artifacts";
    assertThat(send("PUT", artifacts + "/model/MLmodel", "flavors: {}").statusCode())
        .isEqualTo(200);
    var read = send("GET", artifacts + "/model/MLmodel", "");
    assertThat(text(read)).isEqualTo("flavors: {}");
    assertThat(read.headers().firstValue("x-content-type-options")).contains("nosniff");
    assertThat(read.headers().firstValue("content-disposition").orElse(""))
        .startsWith("attachment");
    var listed =
        server.call("GET", PROXY + "artifacts?path=0/" + run + "/artifacts/model", "").body();
    assertThat(listed.toString())
        .isEqualTo("{\"files\":[{\"path\":\"MLmodel\",\"is_dir\":false,\"file_size\":11}]}");
    var ofRun = server.get("artifacts/list?run_id=" + run + "&path=model").body();
    assertThat(ofRun.path("root_uri").stringValue())
        .isEqualTo("mlflow-artifacts:/0/" + run + "/artifacts");
    assertThat(ofRun.at("/files/0/path").stringValue()).isEqualTo("model/MLmodel");
    assertThat(text(send("GET", "/get-artifact?run_id=" + run + "&path=model/MLmodel", "")))
        .isEqualTo("flavors: {}");
    assertThat(send("DELETE", artifacts + "/model", "").statusCode()).isEqualTo(200);
    assertThat(send("GET", artifacts + "/model/MLmodel", "").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../secret",
        "%2e%2e/secret",
        "%252e%252e/secret",
        "a/..%2f..%2fsecret",
        "%2Fetc%2Fpasswd",
        "a%5C..%5Cb",
        "a%23b",
        ".uploads/x"
      })
  void aPathThatWouldLeaveIsRefused(String path) {
    for (String method : new String[] {"GET", "PUT", "DELETE"}) {
      var answer = send(method, PROXY + "artifacts/" + path, "");
      assertThat(answer.statusCode()).as(method).isBetween(400, 404);
      assertThat(text(answer)).contains("Invalid path");
    }
    assertThat(Files.exists(directory.resolve("secret"))).isFalse();
  }

  @Test
  void partsSentInAnyOrderBecomeOneFile() {
    var begun =
        server
            .call("POST", PROXY + "mpu/create/0/big", "{\"path\":\"data.bin\",\"num_parts\":2}")
            .body();
    String id = begun.path("upload_id").stringValue();
    var etags = new String[2];
    for (int part = 2; part >= 1; part--) {
      URI url = URI.create(begun.at("/credentials/" + (part - 1) + "/url").stringValue());
      var sent =
          server.send(
              HttpRequest.newBuilder(url).PUT(BodyPublishers.ofString("part " + part)).build());
      etags[part - 1] = sent.headers().firstValue("etag").orElseThrow();
    }
    var complete = Json.object().put("path", "data.bin").put("upload_id", id);
    for (int part = 1; part <= 2; part++) {
      complete
          .withArrayProperty("parts")
          .addObject()
          .put("part_number", part)
          .put("etag", etags[part - 1]);
    }
    assertThat(server.call("POST", PROXY + "mpu/complete/0/big", complete.toString()).status())
        .isEqualTo(200);
    assertThat(text(send("GET", PROXY + "artifacts/0/big/data.bin", ""))).isEqualTo("part 1part 2");
    assertThat(
            server
                .call("POST", PROXY + "mpu/abort/0/big", "{\"upload_id\":\"" + id + "\"}")
                .status())
        .isEqualTo(404);
  }

  @Test
  void aModelOfARunIsFoundOnDisk() {
    String run = server.run();
    send("PUT", PROXY + "artifacts/0/" + run + "/artifacts/model/MLmodel", "x");
    server.post("registered-models/create", "{\"name\":\"m\"}");
    server.post(
        "model-versions/create",
        "{\"name\":\"m\",\"source\":\"runs:/%s/model\",\"run_id\":\"%s\"}".formatted(run, run));
    Path place = Path.of(server.registry().locate("models:/m/1").orElseThrow());
    assertThat(place.resolve("MLmodel")).hasContent("x");
    assertThat(server.registry().locate("runs:/" + run + "/model")).contains(place.toString());
    assertThat(
            server
                .get("model-versions/get-download-uri?name=m&version=1")
                .body()
                .path("artifact_uri")
                .stringValue())
        .isEqualTo("mlflow-artifacts:/0/" + run + "/artifacts/model");
    assertThat(server.registry().locate("mlflow-artifacts:/../x")).isEmpty();
  }
}
