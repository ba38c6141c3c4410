# Mamori: see README.md (use) and HACKING.md (how this file works).
#
#   make            the four programs in build/
#   make check      tests with fixed seeds; ends with 'N passed, N failed'
#   make demo       a synthetic city, a server and a terminal to try; VEIN=1
#                   with finger veins instead of fingerprints
#   V=asan          address and undefined-behaviour sanitizers, in build-asan/
#   BUILD=dir       another build directory
#
# Folders are layers (DESIGN.md §3): one archive each, and a test links only
# the layers its folder may use.

V      ?= release
CC     ?= gcc
ifeq ($(origin CC),default)
CC     := gcc
endif
BUILD  ?= $(if $(filter release,$(V)),build,build-$(V))
PREFIX ?= /usr
VERSION := 0.1.0
CCACHE := $(shell command -v ccache 2>/dev/null)

LAYERS := core crypt conf net auth audit store server ui client print ctl
Q ?= @
# what each layer links with, nearest first
USES_core   := core
USES_conf   := conf crypt core
USES_crypt  := crypt core
USES_net    := net crypt core
USES_audit  := audit crypt core
USES_auth   := auth crypt core
USES_store  := store audit crypt core
USES_ui     := ui core
USES_print  := print core
USES_client := client ui net auth audit crypt conf core
USES_server := server store auth audit crypt net conf core
USES_ctl    := ctl auth store audit crypt net conf core
USES_e2e    := client ui server ctl store auth audit crypt net conf core

PKGS   := ncursesw openssl sqlite3 libprotobuf-c libcyaml libseccomp libutf8proc \
	freetype2
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS   := -Wl,--as-needed $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lm
FP_CFLAGS  := $(shell pkg-config --cflags libfprint-2 2>/dev/null)
FP_LIBS    := $(shell pkg-config --libs libfprint-2 2>/dev/null)

WARN := -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow \
	-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wvla \
	-Wformat=2 -Wwrite-strings -Wpointer-arith -Wcast-qual -Wcast-align \
	-Wundef -Wnull-dereference -Wimplicit-fallthrough -Wdouble-promotion \
	-Wdeclaration-after-statement -Wredundant-decls -fno-common
WARN_gcc := -Wlogical-op -Wduplicated-cond -Wjump-misses-init -Walloc-zero \
	-Wtrampolines -Wbidi-chars=any
HARDEN := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong \
	-fstack-clash-protection -fcf-protection=full -fPIE \
	-fno-delete-null-pointer-checks -fno-strict-overflow
OPT_release := -O2 -g $(HARDEN)
LD_release  := -pie -Wl,-z,relro,-z,now,-z,noexecstack
OPT_asan := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined \
	-fno-sanitize-recover=all -DMAMORI_ASAN
LD_asan  := -fsanitize=address,undefined
OPT_cov  := -O0 -g --coverage
LD_cov   := --coverage
WERROR ?= -Werror

CPPFLAGS += -D_GNU_SOURCE -Isrc -I$(BUILD)/gen \
	-DMAMORI_VERSION='"$(VERSION)"' -DMAMORI_PREFIX='"$(PREFIX)"'
CFLAGS += -std=c17 $(WARN) $(if $(findstring gcc,$(CC)),$(WARN_gcc)) $(WERROR) \
	$(OPT_$(V)) $(PKG_CFLAGS)
LDFLAGS += $(LD_$(V))

GEN := $(BUILD)/gen/mamori.pb-c.h $(BUILD)/gen/wire_limits.inc \
	$(BUILD)/gen/op_desc.h $(BUILD)/gen/fold_table.inc
PROGRAMS := mamori mamori-bio mamorid mamorictl
MAIN_mamori := client
MAIN_mamori-bio := auth
MAIN_mamorid := server
MAIN_mamorictl := ctl
MO := $(patsubst po/%.po,$(BUILD)/locale/%/LC_MESSAGES/mamori.mo,$(wildcard po/*.po))

.PHONY: all deps demo demo-reset check conformance valgrind torture lint layers fuzz bench bench-bio \
	install \
	clean docs programs tests headers format
.SECONDARY:

all: $(BUILD)/.deps
	@$(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$$(nproc)) programs

programs: $(addprefix $(BUILD)/,$(PROGRAMS)) $(BUILD)/demo/mamori-bio \
	$(BUILD)/demo/mamori-press $(MO)

# make calls deps once when a tool or library is missing
$(BUILD)/.deps:
	@mkdir -p $(BUILD)
	@tools/deps --check || tools/deps
	@touch $@

deps:
	@tools/deps

# ---- generated sources -------------------------------------------------------
$(BUILD)/gen/mamori.pb-c.c $(BUILD)/gen/mamori.pb-c.h &: proto/mamori.proto
	@mkdir -p $(@D)
	$(Q)protoc-c --c_out=$(BUILD)/gen -Iproto proto/mamori.proto

$(BUILD)/gen/wire_limits.inc: proto/mamori.proto tools/prototable.awk
	@mkdir -p $(@D)
	$(Q)awk -f tools/prototable.awk $< > $@.tmp && mv $@.tmp $@

$(BUILD)/gen/op_desc.h: proto/mamori.proto tools/prototable.awk
	@mkdir -p $(@D)
	$(Q)awk -v want=desc -f tools/prototable.awk $< > $@.tmp && mv $@.tmp $@

$(BUILD)/gen/fold_table.inc: data/fold.tsv tools/foldtable.awk
	@mkdir -p $(@D)
	$(Q)awk -f tools/foldtable.awk $< > $@.tmp && mv $@.tmp $@

$(BUILD)/obj/gen/mamori.pb-c.o: $(BUILD)/gen/mamori.pb-c.c
	@mkdir -p $(@D)
	@echo '  CC   $@'
	$(Q)$(CCACHE) $(CC) -std=c17 -I$(BUILD)/gen $(OPT_$(V)) -w -c -o $@ $<

# ---- objects and archives ----------------------------------------------------
$(BUILD)/obj/%.o: src/%.c | $(GEN)
	@mkdir -p $(@D)
	@echo '  CC   $@'
	$(Q)$(CCACHE) $(CC) $(CPPFLAGS) $(CFLAGS) $(EXTRA_$(*D)) -MMD -MP -c -o $@ $<

EXTRA_auth := $(FP_CFLAGS)

define LAYER
SRC_$(1) := $$(sort $$(filter-out src/$(1)/main.c,$$(wildcard src/$(1)/*.c)))
OBJ_$(1) := $$(SRC_$(1):src/%.c=$(BUILD)/obj/%.o)
$(BUILD)/lib$(1).a: $$(OBJ_$(1)) $(if $(filter core,$(1)),$(BUILD)/obj/gen/mamori.pb-c.o)
	@mkdir -p $$(@D)
	@rm -f $$@
	$(Q)$(AR) rcs $$@ $$^
endef
$(foreach l,$(LAYERS),$(eval $(call LAYER,$(l))))

archives = $(foreach l,$(1),$(BUILD)/lib$(l).a)

define PROGRAM
$(BUILD)/$(1): $(BUILD)/obj/$(MAIN_$(1))/main.o $(call archives,$(USES_$(MAIN_$(1))))
	@echo '  LD   $$@'
	$(Q)$(CC) $(LDFLAGS) -o $$@ $$< -Wl,--start-group $(call archives,$(USES_$(MAIN_$(1)))) -Wl,--end-group $(PKG_LIBS) $(if $(filter auth,$(MAIN_$(1))),$(FP_LIBS))
endef
$(foreach p,$(PROGRAMS),$(eval $(call PROGRAM,$(p))))

# ---- demo build: virtual sensors exist only here -----------------------------
DEMO_OBJ := $(patsubst src/%.c,$(BUILD)/demo/obj/%.o,$(wildcard src/auth/*.c))
$(BUILD)/demo/obj/%.o: src/%.c | $(GEN)
	@mkdir -p $(@D)
	@echo '  CC   $@'
	$(Q)$(CCACHE) $(CC) $(CPPFLAGS) -DMAMORI_DEMO $(CFLAGS) $(EXTRA_$(*D)) -MMD -MP -c -o $@ $<
$(BUILD)/demo/mamori-bio: $(DEMO_OBJ) $(BUILD)/libcrypt.a $(BUILD)/libcore.a
	@echo '  LD   $@'
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) $(FP_LIBS)

TOOL_SRC := $(wildcard tools/demo/*.c)
TOOL_OBJ := $(patsubst tools/demo/%.c,$(BUILD)/demo/tools/%.o,$(TOOL_SRC))
$(BUILD)/demo/tools/%.o: tools/demo/%.c | $(GEN)
	@mkdir -p $(@D)
	@echo '  CC   $@'
	$(Q)$(CCACHE) $(CC) $(CPPFLAGS) -Itools/demo $(CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/demo/libfpgen.a: $(filter-out %/press.o,$(TOOL_OBJ))
	@rm -f $@
	$(Q)$(AR) rcs $@ $^
$(BUILD)/demo/mamori-press: $(BUILD)/demo/tools/press.o $(BUILD)/demo/libfpgen.a $(BUILD)/libcore.a
	@echo '  LD   $@'
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lm $(PKG_LIBS)

# ---- translations ------------------------------------------------------------
$(BUILD)/locale/%/LC_MESSAGES/mamori.mo: po/%.po
	@mkdir -p $(@D)
	$(Q)msgfmt -c -o $@ $<

# ---- tests -------------------------------------------------------------------
# tests/<kind>/<layer>/test_*.c is one program and links that layer's archives;
# tests/lib holds what tests share.
TEST_SRC := $(sort $(wildcard tests/unit/*/test_*.c tests/prop/*/test_*.c tests/fault/*/test_*.c))
TEST_BIN := $(patsubst tests/%.c,$(BUILD)/tests/%,$(TEST_SRC))
E2E_SRC  := $(sort $(wildcard tests/e2e/test_*.c))
E2E_BIN  := $(patsubst tests/%.c,$(BUILD)/tests/%,$(E2E_SRC))
TLIB_OBJ := $(patsubst tests/lib/%.c,$(BUILD)/tests/lib/%.o,$(wildcard tests/lib/*.c))

$(BUILD)/tests/%.o: tests/%.c | $(GEN)
	@mkdir -p $(@D)
	@echo '  CC   $@'
	$(Q)$(CCACHE) $(CC) $(CPPFLAGS) -Itests/lib -Itools/demo $(CFLAGS) $(FP_CFLAGS) $(shell pkg-config --cflags vterm 2>/dev/null) -MMD -MP -c -o $@ $<
$(BUILD)/tests/libtest.a: $(TLIB_OBJ)
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

layer_of = $(notdir $(patsubst %/,%,$(dir $(1))))
define TEST
$(BUILD)/tests/$(1): $(BUILD)/tests/$(1).o $(BUILD)/tests/libtest.a $(BUILD)/demo/libfpgen.a $(call archives,$(USES_$(call layer_of,$(1))))
	@echo '  LD   $$@'
	$(Q)$(CC) $(LDFLAGS) -o $$@ $$< -Wl,--start-group $(BUILD)/tests/libtest.a $(BUILD)/demo/libfpgen.a $(call archives,$(USES_$(call layer_of,$(1)))) -Wl,--end-group -lcmocka $(PKG_LIBS) -lvterm -lutil $(if $(filter auth,$(call layer_of,$(1))),$(FP_LIBS))
endef
$(foreach t,$(patsubst tests/%.c,%,$(TEST_SRC)),$(eval $(call TEST,$(t))))
$(foreach t,$(patsubst tests/%.c,%,$(E2E_SRC)),$(eval $(call TEST,$(t))))

# a sample vendor library for the seat of auth/vein_provider.h
$(BUILD)/tests/lib/provider.so: tests/lib/plugin/provider.c src/auth/vein_provider.h
	@mkdir -p $(@D)
	@echo '  SO   $@'
	$(Q)$(CC) $(CPPFLAGS) -std=c17 $(WARN) -O2 -fPIC -shared -o $@ $<

# ---- measuring -----------------------------------------------------------------
BENCH_BIN := $(patsubst bench/%.c,$(BUILD)/bench/%,$(filter-out bench/bio.c,$(wildcard bench/*.c)))
$(BUILD)/bench/%.o: bench/%.c | $(GEN)
	@mkdir -p $(@D)
	@echo '  CC   $@'
	$(Q)$(CCACHE) $(CC) $(CPPFLAGS) -Itests/lib -Itools/demo $(CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/bench/%: $(BUILD)/bench/%.o $(BUILD)/tests/libtest.a $(BUILD)/demo/libfpgen.a $(call archives,$(USES_e2e))
	@echo '  LD   $@'
	$(Q)$(CC) $(LDFLAGS) -o $@ $< -Wl,--start-group $(BUILD)/tests/libtest.a $(BUILD)/demo/libfpgen.a $(call archives,$(USES_e2e)) -Wl,--end-group -lcmocka $(PKG_LIBS) -lvterm -lutil

tests: programs $(TEST_BIN) $(E2E_BIN) $(BUILD)/tests/lib/provider.so

check: all
	@$(MAKE) --no-print-directory tests
	@tests/run --build $(BUILD)

# docs/conformance.md from the results of the last `make check`
conformance:
	@tools/conformance $(BUILD) > $(BUILD)/conformance.md
	@mv $(BUILD)/conformance.md docs/conformance.md

# the layers of server, client and helper under valgrind (slow)
valgrind: tests
	@tests/valgrind.sh $(BUILD)

torture: all
	@$(MAKE) --no-print-directory tests
	@tests/run --build $(BUILD) --torture

# ---- fuzzing (clang) -----------------------------------------------------------
fuzz:
	@tools/fuzz --seconds $${FUZZ_SECONDS:-60}

# ---- house rules ---------------------------------------------------------------
layers:
	@awk -f tools/layers.awk $$(git ls-files -co --exclude-standard 'src/*.[ch]')

headers: | $(GEN)
	@tools/headers "$(CC)" "$(CPPFLAGS) $(CFLAGS) $(FP_CFLAGS)"

lint: layers headers
	@tools/lint --build $(BUILD)

format:
	@clang-format -i $$(git ls-files -co --exclude-standard 'src/*.[ch]' 'tests/*.[ch]' 'tools/*.[ch]')

docs: all
	@tools/opdoc $(BUILD) > docs/protocol.md

bench: all
	@$(MAKE) --no-print-directory $(BENCH_BIN)
	@bench/run $(BUILD)

bench-bio:
	@bench/bio-run $(BUILD)

# ---- demo ----------------------------------------------------------------------
demo: all
	@tools/demo-run

demo-reset:
	@rm -rf "$${DEMO_DIR:-demo$(if $(VEIN),-vein)}"
	@$(MAKE) --no-print-directory demo

install: all
	@tools/install-files "$(BUILD)" "$(DESTDIR)" "$(PREFIX)"

clean:
	rm -rf build build-asan build-cov

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
