package dev.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.registry.RegistryServer.Answer;
import dev.slipway.registry.access.Person;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Who may do what, where access is asked for. `root` is an administrator of the platform, `robot`
/// a service account of it, `ada` has a password of the registry.
@ParameterizedClass
@EnumSource
final class AccessTest {
  private static final Map<String, Person> PLATFORM =
      Map.of("root-token", new Person("root", true), "robot-token", new Person("robot", false));
  private static final String API = "/api/2.0/mlflow/";
  private static final String ROOT = "Bearer root-token";
  private static final String ROBOT = "Bearer robot-token";

  @TempDir Path directory;
  @Parameter TestDatabase database = TestDatabase.SQLITE;
  private RegistryServer server;
  private String experiment = "";
  private String run = "";

  @BeforeEach
  void start() {
    server =
        RegistryServer.guarded(
            database.settings(directory), token -> Optional.ofNullable(PLATFORM.get(token)));
    as(ROOT, "POST", "users/create", "{\"username\":\"ada\",\"password\":\"countess\"}");
    experiment =
        as(ROBOT, "POST", "experiments/create", "{\"name\":\"mine\"}")
            .body()
            .path("experiment_id")
            .stringValue();
    run =
        as(ROBOT, "POST", "runs/create", "{\"experiment_id\":\"" + experiment + "\"}")
            .body()
            .at("/run/info/run_id")
            .stringValue();
    as(ROBOT, "POST", "registered-models/create", "{\"name\":\"iris\"}");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Answer as(String who, String method, String path, String json) {
    return server.call(method, path.startsWith("/") ? path : API + path, json, who);
  }

  private static String basic(String name, String password) {
    String pair = name + ":" + password;
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private static String ada() {
    return basic("ada", "countess");
  }

  private void grant(String permission) {
    String model = "{\"name\":\"iris\",\"username\":\"ada\",\"permission\":\"" + permission + "\"}";
    assertThat(as(ROBOT, "POST", "registered-models/permissions/create", model).status())
        .isEqualTo(200);
    var made =
        as(
            ROBOT,
            "POST",
            "experiments/permissions/create",
            "{\"experiment_id\":\"%s\",\"username\":\"ada\",\"permission\":\"%s\"}"
                .formatted(experiment, permission));
    assertThat(made.body().at("/experiment_permission/permission").stringValue())
        .isEqualTo(permission);
  }

  @Test
  void nobodyIsRefusedAndAPlatformTokenIsAPassword() {
    for (String who : new String[] {"", "Bearer other", basic("ada", "wrong"), "Basic !"}) {
      var answer = as(who, "GET", "experiments/get?experiment_id=0", "");
      assertThat(answer.status()).as(who).isEqualTo(401);
      assertThat(answer.code()).isEqualTo("UNAUTHENTICATED");
    }
    for (String who : new String[] {ROOT, ROBOT, ada(), basic("any", "robot-token")}) {
      assertThat(as(who, "GET", "experiments/get?experiment_id=0", "").status()).isEqualTo(200);
    }
    assertThat(server.call("GET", "/version", "").status()).isEqualTo(200);
  }

  @ParameterizedTest(name = "{0} {1} with {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          # method | path | body | permission | status
          GET   | experiments/get?experiment_id=EXP | | READ | 200
          GET   | experiments/get?experiment_id=EXP | | NO_PERMISSIONS | 403
          GET   | experiments/get-by-name?experiment_name=mine | | NO_PERMISSIONS | 403
          POST  | experiments/update | {"experiment_id":"EXP","new_name":"x"} | READ | 403
          POST  | experiments/update | {"experiment_id":"EXP","new_name":"x"} | EDIT | 200
          POST  | experiments/delete | {"experiment_id":"EXP"} | EDIT | 403
          POST  | experiments/delete | {"experiment_id":"EXP"} | MANAGE | 200
          GET   | runs/get?run_id=RUN | | NO_PERMISSIONS | 403
          POST  | runs/log-metric | {"run_id":"RUN","key":"m","value":1,"timestamp":1} | READ | 403
          POST  | runs/log-metric | {"run_id":"RUN","key":"m","value":1,"timestamp":1} | EDIT | 200
          POST  | runs/search | {"experiment_ids":["EXP"]} | NO_PERMISSIONS | 403
          POST  | runs/search | {"experiment_ids":["EXP"]} | READ | 200
          POST  | runs/delete | {"run_id":"RUN"} | EDIT | 403
          PATCH | experiments/permissions/update | {"experiment_id":"EXP","username":"ada","permission":"MANAGE"} | EDIT | 403
          POST  | users/create | {"username":"eve","password":"x"} | MANAGE | 403
          GET   | webhooks | | MANAGE | 403
          GET   | registered-models/get?name=iris | | NO_PERMISSIONS | 403
          POST  | model-versions/create | {"name":"iris","source":"s3://b/k"} | READ | 403
          POST  | model-versions/create | {"name":"iris","source":"s3://b/k"} | EDIT | 200
          DELETE| registered-models/delete | {"name":"iris"} | EDIT | 403
          GET   | /api/2.0/mlflow-artifacts/artifacts/EXP/x | | NO_PERMISSIONS | 403
          GET   | /api/2.0/mlflow-artifacts/artifacts/EXP/x | | READ | 404
          PUT   | /api/2.0/mlflow-artifacts/artifacts/EXP/x | {} | READ | 403
          PUT   | /api/2.0/mlflow-artifacts/artifacts/EXP/x | {} | EDIT | 200
          GET   | /api/2.0/mlflow-artifacts/artifacts?path= | | MANAGE | 403
          GET   | /get-artifact?run_id=RUN&path=x | | NO_PERMISSIONS | 403
          """)
  void isAsked(String method, String path, String body, String permission, int status) {
    grant(permission);
    String json = body == null ? "" : body.replace("EXP", experiment).replace("RUN", run);
    var answer = as(ada(), method, path.replace("EXP", experiment).replace("RUN", run), json);

    assertThat(answer.status()).as(answer.message()).isEqualTo(status);
    if (status == 403) {
      assertThat(answer.code()).isEqualTo("PERMISSION_DENIED");
    }
  }

  @Test
  void listsLeaveOutWhatSomeoneMayNotRead() {
    grant("NO_PERMISSIONS");
    String all = "{\"max_results\":100}";
    assertThat(as(ada(), "POST", "experiments/search", all).body().path("experiments")).hasSize(1);
    assertThat(as(ROBOT, "POST", "experiments/search", all).body().path("experiments")).hasSize(2);
    assertThat(as(ada(), "GET", "registered-models/search", "").body().path("registered_models"))
        .isEmpty();
    assertThat(as(ROOT, "GET", "registered-models/search", "").body().path("registered_models"))
        .hasSize(1);
  }

  @Test
  void filesOfAnotherExperimentCannotBeReachedThroughOnesOwn() {
    grant("NO_PERMISSIONS");
    String place = "mlflow-artifacts:/" + experiment;
    var made =
        as(
            ada(),
            "POST",
            "experiments/create",
            "{\"name\":\"sly\",\"artifact_location\":\"" + place + "\"}");
    assertThat(made.status()).isEqualTo(403);
    as(ada(), "POST", "registered-models/create", "{\"name\":\"sly\"}");
    for (String source : new String[] {place + "/x", "runs:/" + run + "/x", "models:/iris/1"}) {
      var version =
          as(
              ada(),
              "POST",
              "model-versions/create",
              "{\"name\":\"sly\",\"source\":\"" + source + "\"}");
      assertThat(version.status()).as(source).isEqualTo(403);
    }
  }

  @Test
  void usersAreChangedAndDeletedByAdministrators() {
    assertThat(as(ada(), "GET", "users/get?username=robot", "").status()).isEqualTo(403);
    assertThat(as(ada(), "GET", "users/get?username=ada", "").status()).isEqualTo(200);
    as(ada(), "PATCH", "users/update-password", "{\"username\":\"ada\",\"password\":\"new\"}");
    assertThat(as(ada(), "GET", "experiments/get?experiment_id=0", "").status()).isEqualTo(401);
    String ada = basic("ada", "new");
    as(ROOT, "PATCH", "users/update-admin", "{\"username\":\"ada\",\"is_admin\":true}");
    assertThat(as(ada, "GET", "webhooks", "").status()).isEqualTo(200);
    var robot = as(ada, "GET", "users/get?username=robot", "").body().path("user");
    assertThat(robot.at("/experiment_permissions/0/permission").stringValue()).isEqualTo("MANAGE");
    assertThat(as(ROOT, "DELETE", "users/delete", "{\"username\":\"ada\"}").status())
        .isEqualTo(200);
    assertThat(as(ada, "GET", "experiments/get?experiment_id=0", "").status()).isEqualTo(401);
  }
}
