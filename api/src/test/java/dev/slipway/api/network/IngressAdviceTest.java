package dev.slipway.api.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.KindRules.Admitting;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

final class IngressAdviceTest {
  private record Asked(List<String> told) implements Admitting {
    @Override
    public Optional<ObjectNode> before() {
      return Optional.empty();
    }

    @Override
    public String user() {
      return "me";
    }

    @Override
    public Optional<ObjectNode> find(String group, String plural, String namespace, String name) {
      return Optional.empty();
    }

    @Override
    public List<ObjectNode> list(String group, String plural, String namespace) {
      return List.of();
    }

    @Override
    public Consumer<String> warnings() {
      return told::add;
    }
  }

  @ParameterizedTest(name = "{4}")
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          /predict           ; Prefix                 ; /      ; sends every request below "/predict" to "/" alone ; the articles' Ingress
          /predict(/|$)(.*)  ; ImplementationSpecific ; /$2    ; ''                                                ; as ingress-nginx shows it
          /predict(/|$)      ; ImplementationSpecific ; /$2    ; captures only 1                                   ; a capture too few
          /predict           ; Prefix                 ; /$1    ; captures nothing                                  ; no capture at all
          /predict           ; Exact                  ; /      ; ''                                                ; one path means one path
          /predict           ; Prefix                 ; ''     ; ''                                                ; nothing is rewritten
          """)
  void warnsOfWhatIsLost(String path, String type, String target, String told, String why) {
    var ingress =
        Json.parseObject(
            """
            {"metadata": {"annotations": {"nginx.ingress.kubernetes.io/rewrite-target": "%s"}},
             "spec": {"rules": [{"http": {"paths": [{"path": "%s", "pathType": "%s"}]}}]}}
            """
                .formatted(target, path, type));
    var asked = new Asked(new ArrayList<>());

    new IngressAdvice().complete(asked, ingress);

    if (told.isEmpty()) {
      assertThat(asked.told()).as(why).isEmpty();
    } else {
      assertThat(asked.told()).as(why).singleElement().asString().contains(told);
    }
  }
}
