package dev.slipway.apiserver.loops;

import dev.slipway.apiserver.admission.QuotaLedger;
import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.apiserver.store.Objects;
import java.time.InstantSource;

/// The loops a cluster needs before it has a single pod, as one. All run on virtual threads that
/// sleep while nothing changes.
public final class CoreLoops implements AutoCloseable {
  private final Changes changes;
  private final NamespaceLoop namespaces;
  private final GarbageCollector garbage;
  private final AccountLoop accounts;
  private final TokenSecretLoop tokens;
  private final QuotaLoop quotas;
  private final DefinitionLoop definitions;
  private final RoleLoop roles;
  private final EventLoop events;

  /// What the loops are told by other rooms of the server.
  ///
  /// @param authorityPem certificate of the authority that signed the API's own
  /// @param minter signs tokens that Secrets keep
  /// @param definitions judges CustomResourceDefinitions
  public record Parts(String authorityPem, TokenMinter minter, DefinitionStatus definitions) {}

  public CoreLoops(Objects objects, LocalApi api, Parts parts, InstantSource clock) {
    var writer = new EventWriter(api, clock, "garbage-collector-controller");
    changes = new Changes(objects, api);
    namespaces = new NamespaceLoop(objects, api, clock);
    garbage = new GarbageCollector(objects, api, writer);
    accounts = new AccountLoop(api, parts.authorityPem);
    tokens = new TokenSecretLoop(objects, api, parts.authorityPem, parts.minter);
    quotas = new QuotaLoop(objects, api, new QuotaLedger(objects, clock));
    definitions = new DefinitionLoop(objects, api, parts.definitions, clock);
    roles = new RoleLoop(api);
    events = new EventLoop(objects, api, clock);
    changes.listen(namespaces);
    changes.listen(garbage);
    changes.listen(accounts);
    changes.listen(tokens);
    changes.listen(quotas);
    changes.listen(definitions);
    changes.listen(roles);
    changes.listen(events);
  }

  /// Returns at once; the loops take up the present state in the background.
  public void start() {
    namespaces.start();
    garbage.start();
    accounts.start();
    tokens.start();
    quotas.start();
    definitions.start();
    roles.start();
    events.start();
    changes.start();
  }

  @Override
  public void close() {
    changes.close();
    events.close();
    roles.close();
    definitions.close();
    quotas.close();
    tokens.close();
    accounts.close();
    garbage.close();
    namespaces.close();
  }
}
