#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace blindlink::agent {

// Zero-concentrated differential privacy (zCDP): costs rho of consecutive steps add up.

// The largest rho such that rho-zCDP implies (epsilon, delta)-differential privacy, by the bound of
// Canonne, Kamath and Steinke 2020 (proposition 12), rounded down. epsilon > 0, 0 < delta < 1.
double RhoOf(double epsilon, double delta);
// The delta that the same bound gives for rho and epsilon.
double DeltaOf(double rho, double epsilon);

// What was spent on what. Not thread-safe.
class Budget {
 public:
  // 0: nothing is to be hidden, and every step is free and exact.
  explicit Budget(double rho) : rho_(rho) {}

  struct Step {
    std::string what;
    uint64_t count = 0;   // measurements or choices
    double rho = 0;       // of all of them
    double variance = 0;  // of the noise of each count; 0 for choices
  };

  bool is_private() const { return rho_ > 0; }
  double rho() const { return rho_; }
  double spent() const;
  // Dies if more were spent than there is: a mistake of the program.
  void Spend(Step step);
  const std::vector<Step>& steps() const { return steps_; }

 private:
  double rho_;
  std::vector<Step> steps_;
};

}  // namespace blindlink::agent
