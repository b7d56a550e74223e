// network.LAN: the machine's only network controller.
#include "nic_lwip.h"

#include "py/mphal.h"
#include "py/runtime.h"

#include "extmod/modnetwork.h"
#include "lwip/netif.h"

// The figures of MicroPython's other ports.
enum { STATUS_DOWN = 0, STATUS_NO_ADDRESS = 2, STATUS_UP = 3 };

typedef struct {
    mp_obj_base_t base;
} lan_obj_t;

static const lan_obj_t lan_obj = { { &mp_network_lan_type } };

static mp_obj_t lan_make_new(const mp_obj_type_t *type, size_t n_args, size_t n_kw,
    const mp_obj_t *args) {
    (void)type;
    (void)args;
    mp_arg_check_num(n_args, n_kw, 0, 0, false);
    return MP_OBJ_FROM_PTR(&lan_obj);
}

static bool has_address(void) {
    return network_lan_is_up() && !ip4_addr_isany_val(*netif_ip4_addr(network_lan()));
}

static mp_obj_t lan_active(size_t n_args, const mp_obj_t *args) {
    if (n_args == 1) {
        return mp_obj_new_bool(network_lan_is_up());
    }
    if (!mp_obj_is_true(args[1])) {
        network_lan_down();
        return mp_const_none;
    }
    int err = network_lan_up();
    if (err) {
        mp_raise_OSError(err);
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(lan_active_obj, 1, 2, lan_active);

static mp_obj_t lan_isconnected(mp_obj_t self) {
    (void)self;
    return mp_obj_new_bool(has_address());
}
static MP_DEFINE_CONST_FUN_OBJ_1(lan_isconnected_obj, lan_isconnected);

static mp_obj_t lan_status(size_t n_args, const mp_obj_t *args) {
    (void)n_args;
    (void)args;
    int status = !network_lan_is_up() ? STATUS_DOWN : has_address() ? STATUS_UP
        : STATUS_NO_ADDRESS;
    return MP_OBJ_NEW_SMALL_INT(status);
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(lan_status_obj, 1, 2, lan_status);

static void must_be_up(void) {
    if (!network_lan_is_up()) {
        mp_raise_msg(&mp_type_OSError, MP_ERROR_TEXT("LAN is off: active(True) first"));
    }
}

static mp_obj_t lan_ifconfig(size_t n_args, const mp_obj_t *args) {
    must_be_up();
    return mod_network_nic_ifconfig(network_lan(), n_args - 1, args + 1);
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(lan_ifconfig_obj, 1, 2, lan_ifconfig);

static mp_obj_t lan_ipconfig(size_t n_args, const mp_obj_t *args, mp_map_t *kwargs) {
    must_be_up();
    return mod_network_nic_ipconfig(network_lan(), n_args - 1, args + 1, kwargs);
}
static MP_DEFINE_CONST_FUN_OBJ_KW(lan_ipconfig_obj, 1, lan_ipconfig);

static mp_obj_t lan_config(mp_obj_t self, mp_obj_t name) {
    (void)self;
    if (mp_obj_str_get_qstr(name) == MP_QSTR_mac) {
        must_be_up();
        return mp_obj_new_bytes(network_lan()->hwaddr, sizeof(network_lan()->hwaddr));
    }
    if (mp_obj_str_get_qstr(name) == MP_QSTR_hostname) {
        return mod_network_hostname(0, NULL);
    }
    mp_raise_ValueError(MP_ERROR_TEXT("there are 'mac' and 'hostname'"));
}
static MP_DEFINE_CONST_FUN_OBJ_2(lan_config_obj, lan_config);

static const mp_rom_map_elem_t lan_locals_table[] = {
    { MP_ROM_QSTR(MP_QSTR_active), MP_ROM_PTR(&lan_active_obj) },
    { MP_ROM_QSTR(MP_QSTR_isconnected), MP_ROM_PTR(&lan_isconnected_obj) },
    { MP_ROM_QSTR(MP_QSTR_status), MP_ROM_PTR(&lan_status_obj) },
    { MP_ROM_QSTR(MP_QSTR_ifconfig), MP_ROM_PTR(&lan_ifconfig_obj) },
    { MP_ROM_QSTR(MP_QSTR_ipconfig), MP_ROM_PTR(&lan_ipconfig_obj) },
    { MP_ROM_QSTR(MP_QSTR_config), MP_ROM_PTR(&lan_config_obj) },
};
static MP_DEFINE_CONST_DICT(lan_locals, lan_locals_table);

MP_DEFINE_CONST_OBJ_TYPE(
    mp_network_lan_type,
    MP_QSTR_LAN,
    MP_TYPE_FLAG_NONE,
    make_new, lan_make_new,
    locals_dict, &lan_locals
    );
