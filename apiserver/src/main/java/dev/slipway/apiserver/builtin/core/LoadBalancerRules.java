package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Addresses;
import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.Problems;
import java.util.List;

/// Where a load balancer is reached, as services and ingresses say.
public final class LoadBalancerRules {
  private LoadBalancerRules() {}

  /// @param moded whether an address says how it behaves, as for services
  public static void judge(Field status, boolean moded, Problems problems) {
    for (Field ingress : status.items("ingress")) {
      Field address = ingress.at("ip");
      if (address.filled()) {
        Addresses.judge(address, List.of(), problems);
      }
      Field mode = ingress.at("ipMode");
      if (moded && mode.present() && !address.filled()) {
        problems.forbidden(mode, "may not be specified when `ip` is not set");
      } else if (moded) {
        problems.oneOf(mode, List.of("Proxy", "VIP"));
      }
      Field hostname = ingress.at("hostname");
      if (hostname.filled()) {
        problems.sentences(hostname, Names.dnsSubdomain(hostname.text()));
        if (Addresses.parse(hostname.text()).isPresent()) {
          problems.invalid(hostname, "must be a DNS name, not an IP address");
        }
      }
    }
  }
}
