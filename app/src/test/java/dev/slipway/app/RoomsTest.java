package dev.slipway.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// Which room may use which: the rules of ARCHITECTURE.md.
final class RoomsTest {
  private static final String ROOT = "dev.slipway.";
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.slipway");

  @Test
  void baseUsesNoOtherRoom() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "base..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + "api..", ROOT + "net..", ROOT + "apiserver..", ROOT + "app..")
        .because("everything stands on base")
        .check(ALL);
  }

  @Test
  void netKnowsNoKubernetes() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "net..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + "api..", ROOT + "apiserver..", ROOT + "app..")
        .because("sockets serve every room")
        .check(ALL);
  }

  @Test
  void onlyNetSeesTheNetworkLibrary() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "net..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .because("the network library can then be changed in one room")
        .check(ALL);
  }

  @Test
  void onlyTheStoreSeesSql() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "apiserver.store..", ROOT + "registry.sql..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.sql..", "org.sqlite..")
        .because("reads of the API come from memory; the registry's queries have one door")
        .check(ALL);
  }

  @Test
  void theRegistryStandsOnNetAndBase() {
    classes()
        .that()
        .resideInAPackage(ROOT + "registry..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            ROOT + "registry..",
            ROOT + "net..",
            ROOT + "base..",
            "java..",
            "javax.crypto..",
            "javax.xml.stream..",
            "tools.jackson..",
            "org.jspecify..",
            "org.slf4j..")
        .because("it keeps runs and models whoever serves them")
        .check(ALL);
  }

  @Test
  void katibSeesNeitherTheNodeNorTheApiServer() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "katib..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            ROOT + "node..",
            ROOT + "apiserver..",
            ROOT + "dataplane..",
            ROOT + "routes..",
            ROOT + "app..")
        .because("what trials report is read through one door, whoever runs their pods")
        .check(ALL);
  }

  @Test
  void whatTrialsReportIsReadByFunctions() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "katib.parse..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            ROOT + "control..", ROOT + "katib.store..", ROOT + "katib.collect..", "java.nio.file..")
        .because("parsers and stopping rules are tested by tables")
        .check(ALL);
  }

  @Test
  void filtersAreFunctions() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "registry.filter..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.sql..", ROOT + "registry.sql..", ROOT + "net..", "java.time..")
        .because("MLflow's grammar is tested by tables, without a database")
        .check(ALL);
  }

  @Test
  void theServerDoesNotKnowTheCommandLine() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOT + "apiserver..", ROOT + "api..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + "app..", "picocli..")
        .because("app wires, the rooms work")
        .check(ALL);
  }

  @Test
  void engineFormatsDoNotKnowTheServer() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOT + "inference..", ROOT + "engines..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            ROOT + "net..", ROOT + "dataplane..", ROOT + "apiserver..", ROOT + "app..")
        .because("a model computes the same whoever asks")
        .check(ALL);
  }

  @Test
  void theDataPlaneNeverSeesAManifest() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "dataplane..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            ROOT + "api..", ROOT + "apiserver..", ROOT + "app..", ROOT + "engines..")
        .because("controllers turn manifests into settings; engines are found, not named")
        .check(ALL);
  }

  @Test
  void autoscalingStandsOnBaseAlone() {
    classes()
        .that()
        .resideInAPackage(ROOT + "autoscaling..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            ROOT + "autoscaling..", ROOT + "base..", "java..", "tools.jackson..", "org.jspecify..")
        .because("gateways count with it and controllers decide with it, on any cluster")
        .check(ALL);
  }

  @Test
  void searchIsPure() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "tuning..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.io..", "java.nio.file..", "java.net..", "org.slf4j..")
        .orShould()
        .callMethod("java.time.Instant", "now")
        .because("a search can be replayed from its seed")
        .check(ALL);
  }

  @Test
  void whatRunsFunctionsIsSmall() {
    classes()
        .that()
        .resideInAPackage(ROOT + "function..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            ROOT + "function..",
            "java..",
            "javax.tools..",
            "com.sun.net.httpserver..",
            "com.fasterxml.jackson.annotation..",
            "tools.jackson..",
            "org.jspecify..")
        .because("it is copied beside each function")
        .check(ALL);
  }

  @Test
  void scalingDecisionsAreFunctions() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOT + "autoscaling.knative..", ROOT + "autoscaling.hpa..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.io..", "java.nio..", "java.net..", "java.util.concurrent..", "org.slf4j..")
        .orShould()
        .callMethod("java.time.Instant", "now")
        .orShould()
        .callMethod("java.lang.System", "nanoTime")
        .because("time is a value there, so upstream's tables can be replayed")
        .check(ALL);
  }

  @Test
  void codecsAreFunctions() {
    noClasses()
        .that()
        .resideInAnyPackage(
            ROOT + "inference.codec..", ROOT + "inference.tensor..", ROOT + "inference.trees..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net.http..", "java.nio.channels..", "org.slf4j..", "java.time..")
        .because("bytes in, messages out: tested without a clock, a socket or a disk")
        .check(ALL);
  }

  @Test
  void onlyKubernetesSeesTheKubernetesClient() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "kubernetes..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.fabric8..")
        .because("controllers work on the door, whatever is behind it")
        .check(ALL);
  }

  @Test
  void rulesAreFunctions() {
    classes()
        .that()
        .resideInAnyPackage(
            ROOT + "apiserver.builtin..", ROOT + "apiserver.patch..", ROOT + "apiserver.apply..")
        .should()
        .onlyDependOnClassesThat()
        .resideOutsideOfPackages(
            "java.net.http..", "java.nio.channels..", "java.sql..", "org.slf4j..")
        .because(
            "defaults, rules, patches and merges are tested without a clock, a socket or a disk")
        .check(ALL);
  }
}
