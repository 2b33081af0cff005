package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.admission.AdmissionRequest.Operation;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Gives every pod a service account that exists, its pull secrets, and a token where it wants one.
public final class ServiceAccounts implements Admission {
  private static final String MIRROR = "kubernetes.io/config.mirror";
  private static final String DEFAULT = "default";

  private final Stored<Account> accounts;
  private final TokenVolume tokenVolume;

  /// @param automount false where the account says so
  /// @param mountable secrets its pods may use; only kept to where `enforced`
  record Account(
      String name,
      boolean automount,
      boolean enforced,
      Set<String> mountable,
      List<ObjectNode> pullSecrets) {
    static Account of(ObjectNode object) {
      List<ObjectNode> pullSecrets = Containers.objects(object.path("imagePullSecrets"));
      return new Account(
          Json.text(object, "metadata", "name"),
          object.path("automountServiceAccountToken").asBoolean(true),
          Json.text(object, "metadata", "annotations", "kubernetes.io/enforce-mountable-secrets")
              .equals("true"),
          Containers.objects(object.path("secrets")).stream()
              .map(secret -> Json.text(secret, "name"))
              .collect(Collectors.toUnmodifiableSet()),
          pullSecrets);
    }
  }

  /// @param suffixes five random characters at a time, for the names of token volumes
  public ServiceAccounts(Objects objects, Supplier<String> suffixes) {
    accounts = new Stored<>(objects, "serviceaccounts", Account::of);
    tokenVolume = new TokenVolume(suffixes);
  }

  @Override
  public void mutate(AdmissionRequest request) {
    if (!isNewPod(request)) {
      return;
    }
    ObjectNode pod = request.object().orElseThrow();
    if (isMirror(pod)) {
      return;
    }
    ObjectNode spec = Json.ensureObject(pod, "spec");
    name(spec);
    Account account = find(request, Json.text(spec, "serviceAccountName"));
    if (spec.path("automountServiceAccountToken").asBoolean(account.automount)) {
      tokenVolume.mount(spec);
    }
    if (spec.path("imagePullSecrets").isEmpty() && !account.pullSecrets.isEmpty()) {
      var secrets = spec.putArray("imagePullSecrets");
      account.pullSecrets.forEach(secret -> secrets.add(secret.deepCopy()));
    }
  }

  @Override
  public void validate(AdmissionRequest request) {
    if (!isNewPod(request)) {
      return;
    }
    ObjectNode pod = request.object().orElseThrow();
    if (isMirror(pod)) {
      refuseMirrorWithSecrets(request, pod);
      return;
    }
    Account account = find(request, Json.text(pod, "spec", "serviceAccountName"));
    if (account.enforced) {
      List<String> problems = unlisted(pod.path("spec"), account);
      if (!problems.isEmpty()) {
        throw Refusal.forbidden(request, problems.getFirst());
      }
    }
  }

  private static boolean isNewPod(AdmissionRequest request) {
    return request.resource().storageKey().equals("pods")
        && request.operation() == Operation.CREATE
        && request.subresource().isEmpty();
  }

  private static boolean isMirror(JsonNode pod) {
    return Json.at(pod, "metadata", "annotations").has(MIRROR);
  }

  /// `serviceAccount` is the field's old name; both always agree.
  private static void name(ObjectNode spec) {
    String name = Json.text(spec, "serviceAccountName");
    if (name.isEmpty()) {
      name = Json.text(spec, "serviceAccount");
    }
    name = name.isEmpty() ? DEFAULT : name;
    spec.put("serviceAccountName", name).put("serviceAccount", name);
  }

  private Account find(AdmissionRequest request, String name) {
    return accounts
        .find(request.namespace(), name)
        .orElseThrow(
            () ->
                Refusal.forbidden(
                    request,
                    "error looking up service account %s/%s: serviceaccount \"%s\" not found"
                        .formatted(request.namespace(), name, name)));
  }

  private static void refuseMirrorWithSecrets(AdmissionRequest request, JsonNode pod) {
    if (!Json.text(pod, "spec", "serviceAccountName").isEmpty()) {
      throw Refusal.forbidden(request, "a mirror pod may not reference service accounts");
    }
    if (!secretsOf(pod.path("spec")).isEmpty()) {
      throw Refusal.forbidden(request, "a mirror pod may not reference secrets");
    }
    for (JsonNode volume : Json.at(pod, "spec", "volumes")) {
      for (JsonNode source : Json.at(volume, "projected", "sources")) {
        if (source.has("serviceAccountToken")) {
          throw Refusal.forbidden(
              request, "a mirror pod may not use ServiceAccountToken volume projections");
        }
      }
    }
  }

  private static List<String> unlisted(JsonNode spec, Account account) {
    var problems = new ArrayList<String>();
    for (SecretUse use : secretsOf(spec)) {
      if (!account.mountable.contains(use.secret)) {
        problems.add(
            "%s is not allowed because service account %s does not reference that %s"
                .formatted(use.where, account.name, use.what));
      }
    }
    return problems;
  }

  private record SecretUse(String where, String what, String secret) {}

  private static List<SecretUse> secretsOf(JsonNode spec) {
    var uses = new ArrayList<SecretUse>();
    for (JsonNode volume : spec.path("volumes")) {
      String name = Json.text(volume, "secret", "secretName");
      if (!name.isEmpty()) {
        uses.add(new SecretUse("volume with secret.secretName=\"" + name + "\"", "secret", name));
      }
    }
    Containers.init(spec).forEach(each -> variables("init container", each, uses));
    Containers.main(spec).forEach(each -> variables("container", each, uses));
    int position = 0;
    for (JsonNode secret : spec.path("imagePullSecrets")) {
      String name = Json.text(secret, "name");
      uses.add(
          new SecretUse(
              "imagePullSecrets[%d].name=\"%s\"".formatted(position++, name),
              "imagePullSecret",
              name));
    }
    return uses;
  }

  private static void variables(String kind, JsonNode container, List<SecretUse> uses) {
    for (JsonNode variable : container.path("env")) {
      String secret = Json.text(variable, "valueFrom", "secretKeyRef", "name");
      if (!secret.isEmpty()) {
        String where =
            "%s %s with envVar %s referencing secret.secretName=\"%s\""
                .formatted(kind, Json.text(container, "name"), Json.text(variable, "name"), secret);
        uses.add(new SecretUse(where, "secret", secret));
      }
    }
  }
}
