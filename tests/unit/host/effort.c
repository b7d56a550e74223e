#include "support/effort.h"

const bool unity_exhaustive = true;
